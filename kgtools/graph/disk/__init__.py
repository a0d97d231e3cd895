"""Writing to a disk that others write to, and that a command may be torn away from at any moment."""
