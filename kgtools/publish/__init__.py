"""What is made from the data: the site, memos, the release, generated pages."""
