"""``python -m tools.check``: whether the repository is right, one check a page, each able to fail."""
