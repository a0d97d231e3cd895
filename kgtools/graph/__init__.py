"""RDF in and out: one guarded reader, canonical Turtle, stores, loading, all-or-nothing on disk."""
