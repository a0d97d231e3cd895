"""A folder of CSV files with CSVW metadata (Model for Tabular Data and Metadata on the Web)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from kgtools.core.namespaces import ID
from kgtools.graph.disk.journal import recover
from kgtools.graph.files import Files
from kgtools.graph.reading import UnreadableFileError
from kgtools.schema.model import ValueKind
from kgtools.tables.cells import Grid
from kgtools.tables.csv_text import csv_text, read_csv
from kgtools.tables.layout import IDENTIFIER
from kgtools.tables.schema import Column, Sheet
from kgtools.tables.tables import OTHER, OTHER_HEADINGS, Tables

METADATA: Final = "csv-metadata.json"
"""The file that describes the others, where CSVW looks for it."""
OTHER_FILE: Final = OTHER.lower().replace(" ", "-") + ".csv"
_BOM: Final = "\ufeff"


def read_folder(folder: Path, files: Files) -> list[Grid]:
    """Read all CSV files of a folder.

    Args:
        folder: the folder, or a single CSV file.
        files: the files as the command reads them.

    Raises:
        UnreadableFileError: there are none, or one can't be read.
        UnfinishedError: a command was killed while it wrote the folder, and what it wrote can't be finished here.
    """
    if folder.is_dir():
        recover(folder)
    tables = [f for f in files.listing(folder) if f.suffix.lower() == ".csv"] if folder.is_dir() else [folder]
    if not tables:
        raise UnreadableFileError(folder, "The folder holds no CSV files.")
    for file in tables:
        if folder.is_dir() and not file.resolve().is_relative_to(folder.resolve()):
            raise UnreadableFileError(file, "This is a link out of the folder. Put the file itself in the folder.")
    return [read_csv(file, files) for file in tables]


def folder_texts(tables: Tables, sheets: tuple[Sheet, ...]) -> dict[str, str]:
    """The text of each file of a folder of tables.

    The files begin with a byte order mark, because Excel takes them for Windows-1252 otherwise.

    Args:
        tables: the tables.
        sheets: the sheets that get a file even when they hold nothing.

    Returns:
        The texts by file name.
    """
    shown = [*sheets, *(t.sheet for t in tables.tables if t.sheet not in sheets)]
    texts = {sheet.file: _BOM + csv_text(_rows(tables, sheet)) for sheet in shown}
    if tables.other:
        texts[OTHER_FILE] = _BOM + csv_text([OTHER_HEADINGS, *tables.other])
    texts[METADATA] = json.dumps(_metadata(shown), ensure_ascii=False, indent=2) + "\n"
    return texts


def _rows(tables: Tables, sheet: Sheet) -> Iterator[tuple[object, ...]]:
    yield (IDENTIFIER, *(column.heading for column in sheet.columns))
    table = tables.table(sheet.kind)
    for row in table.rows if table else ():
        yield (row.identifier, *row.cells)


def _metadata(sheets: list[Sheet]) -> dict[str, Any]:
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": "State policy for personalized learning: records of one submission",
        "tables": [_table(sheet) for sheet in sheets],
    }


def _table(sheet: Sheet) -> dict[str, Any]:
    identifier = {
        "name": "identifier",
        "titles": IDENTIFIER,
        "dc:description": f"The identifier of the {sheet.label}; if left empty, it is made from the other columns.",
        "datatype": "string",
        "suppressOutput": True,
    }
    typing = {"name": "type", "virtual": True, "propertyUrl": "rdf:type", "valueUrl": sheet.class_iri}
    return {
        "url": sheet.file,
        "dc:title": sheet.title,
        "dc:description": sheet.definition,
        "tableSchema": {
            "aboutUrl": f"{ID}{sheet.kind}/{{identifier}}",
            "columns": [identifier, *(_column(column) for column in sheet.columns), typing],
        },
    }


_DATATYPES: Final = {ValueKind.ADDRESS: "anyURI", ValueKind.INTEGER: "integer", ValueKind.DATE: "date"}


def _column(column: Column) -> dict[str, Any]:
    described = f"{column.definition} Write {column.note}" if column.note else column.definition
    found: dict[str, Any] = {
        "name": column.code,
        "titles": column.heading,
        "dc:description": described.strip(),
        "propertyUrl": column.path.value,
        "datatype": _DATATYPES.get(column.kind, "string"),
        "required": column.required,
    }
    if column.kind is ValueKind.TEXT:
        found["lang"] = "en"
    if column.many:
        found["separator"] = "\n" if column.kind in {ValueKind.TEXT, ValueKind.STRING} else "; "
    return found
