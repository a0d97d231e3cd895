"""Reading: each file once."""
