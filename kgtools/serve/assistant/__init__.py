"""The graph for assistants: questions, records and validation as tools, each answer with its citations.

``tools`` knows what the tools are and answers them; ``protocol`` offers them over the Model Context Protocol and needs
the extra ``mcp``.
"""
