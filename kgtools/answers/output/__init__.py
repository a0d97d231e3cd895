"""Showing answers: tables as text, CSV, TSV, JSON or Markdown, graphs as Turtle, N-Triples or JSON-LD."""

from kgtools.answers.output.graphs import GRAPH_FORMATS, render_graph
from kgtools.answers.output.tables import FORMATS, csv_lines, render, tsv_lines

__all__ = ["FORMATS", "GRAPH_FORMATS", "csv_lines", "render", "render_graph", "tsv_lines"]
