"""Somebody who fills in a sheet, without any workbook at hand: for the explanation of a rule."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from kgtools.core.namespaces import KINDS
from kgtools.schema.rules import Rule
from kgtools.shacl import MemoryGraph
from kgtools.tables.cells import Grid
from kgtools.tables.context import Context
from kgtools.tables.drafts import Draft
from kgtools.tables.layout import Layout
from kgtools.tables.schema import Sheet
from kgtools.validation.names import Labels
from kgtools.validation.readers import SheetReader
from kgtools.validation.sheets import TableDocument


def sheet_reader(rule: Rule, context: Context) -> tuple[Sheet | None, SheetReader]:
    """The sheet that a rule is about, where it is about one, and somebody who fills it in.

    Args:
        rule: the rule.
        context: the project's graph.
    """
    targets = rule.target.split(", ")
    kind = next((kind for kind in context.schema.sheets if f"spf:{KINDS[kind]}" in targets), "")
    sheet = context.schema.sheets.get(kind)
    shown = sheet or next(iter(context.schema.sheets.values()))
    document = TableDocument(Path(shown.file), (), "", ox.RdfFormat.TURTLE, "")
    draft = Draft(Layout(Grid(shown.title), shown, 0, {}, None), 1)
    return sheet, SheetReader(document, draft, context.known, Labels(MemoryGraph(context.triples, [])))
