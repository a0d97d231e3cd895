"""Showing tables of answers as text, CSV, TSV, JSON or Markdown."""

from kgtools.output.tables import FORMATS, render

__all__ = ["FORMATS", "render"]
