"""The shapes read once, as classes, fields and rules."""
