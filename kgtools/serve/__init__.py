"""HTTP and MCP: the explorer, a SPARQL endpoint, an HTTP interface to the questions, and validation, served over HTTP.

Import from its modules: ``settings`` and ``errors`` are cheap; ``run`` starts the server. Needs the extra ``serve``.
"""
