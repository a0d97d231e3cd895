"""``kgtools build``: a release in every format, the same bytes each time."""
