"""Showing answers: tables as text, CSV, TSV, JSON or Markdown, graphs as Turtle, N-Triples or JSON-LD."""

from kgtools.answers.output.graphs import GRAPH_FORMATS, render_graph
from kgtools.answers.output.readable import ReadableTable, readable
from kgtools.answers.output.tables import FORMATS, csv_lines, render, terminal_width, tsv_lines, whole_table

__all__ = [
    "FORMATS",
    "GRAPH_FORMATS",
    "ReadableTable",
    "csv_lines",
    "readable",
    "render",
    "render_graph",
    "terminal_width",
    "tsv_lines",
    "whole_table",
]
