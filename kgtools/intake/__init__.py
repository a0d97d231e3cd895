"""What changes the project's data: import, accept, and telling what changed."""
