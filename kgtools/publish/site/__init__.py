"""The static explorer: every record of the graph as a page, for people who would rather look than query.

Import from its modules: ``build`` writes the site; ``errors`` is cheap, for the command line.
"""
