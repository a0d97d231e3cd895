"""Generated policy submissions, and a side-by-side run of validation engines on them."""
