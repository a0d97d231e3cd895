"""x."""


class IncrementalValidator:
    """x."""
