"""``kgtools diff``: what changed between two versions of the graph, in plain words."""
