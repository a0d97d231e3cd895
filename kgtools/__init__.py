"""Tools for the knowledge graph of US state policy for personalized learning."""
