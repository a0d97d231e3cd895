"""What maintainers run: the lock files, the bill of materials and the audit. Not part of the package."""
