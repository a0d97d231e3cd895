"""``kgtools search``: the records in which some words occur, by the canned question of that name."""

from __future__ import annotations

import argparse

from kgtools.cli import query_verb
from kgtools.cli.formats import TABLE_FORMATS
from kgtools.cli.output import add_output_arguments


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("words", nargs="+", metavar="WORDS", help="the words, as one phrase")
    parser.add_argument("--store", metavar="URL|DIR", help="search this SPARQL endpoint or embedded store instead")
    parser.add_argument("--limit", type=query_verb.whole, metavar="N", help="at most this many rows")
    parser.add_argument("--offset", type=query_verb.whole, metavar="N", help="skip this many rows first (with --limit)")
    parser.add_argument("--wide", action="store_true", help="show every column, one line for each row")
    add_output_arguments(parser, TABLE_FORMATS, "table")


def run(options: argparse.Namespace) -> int:
    """Ask the question; exit 0 also when nothing is found."""
    asked = {"name": "search", "parameter": [f"text={' '.join(options.words)}"], "as_of": None}
    flags = dict.fromkeys(("list", "describe", "catalog"), False)
    return query_verb.run(argparse.Namespace(**{**vars(options), **asked, **flags}))
