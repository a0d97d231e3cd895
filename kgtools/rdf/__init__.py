"""Reading and writing RDF files."""
