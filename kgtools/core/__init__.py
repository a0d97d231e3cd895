"""What every room stands on: IRIs, where the project is, errors, and words."""
