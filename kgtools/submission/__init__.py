"""Taking in what a state hands in: what changes, in plain words, and all of it or nothing."""
