"""A memo as one HTML page that needs no other file, and prints as it looks."""

from __future__ import annotations

from pathlib import Path

import jinja2

from kgtools.publish.memo.document import Block, CitationMark, Memo

_FOLDER = Path(__file__).parent


def as_html(document: Memo) -> str:
    """The document as an HTML page; everything from the records is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["citation"] = lambda part: isinstance(part, CitationMark)
    environment.filters["kind"] = _kind
    return environment.get_template("memo.html").render(document=document)


def _kind(block: Block) -> str:
    return type(block).__name__
