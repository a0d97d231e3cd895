"""The data as an SQLite database: a table a class, and one table of links for properties with several values.

Tables are named as the kinds of individual (``state_policy``); columns as the properties. ``id`` is the path of the
individual under ``https://w3id.org/spf-kg/id/``. A property that some individual of the class has more than once is no
column: its values are in ``link`` (subject, property, value), with one row each.
"""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgtools.core.errors import BuildError
from kgtools.core.namespaces import ID, KINDS, RDF, SPF, XSD

_CAPITAL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def write_sqlite(triples: Iterable[ox.Triple], file: Path) -> None:
    """Write a database; a file that is there is replaced.

    Args:
        triples: the data, and the concepts that it refers to.
        file: where to write.

    Raises:
        BuildError: the database can't be written.
    """
    about: dict[str, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
    members: dict[str, set[str]] = defaultdict(set)
    for t in triples:
        if not isinstance(t.subject, ox.NamedNode) or not t.subject.value.startswith(ID):
            continue
        if t.predicate.value == RDF + "type":
            members[str(getattr(t.object, "value", ""))].add(t.subject.value)
        else:
            about[t.subject.value][t.predicate.value].append(_plain(t.object))
    file.unlink(missing_ok=True)
    connection = sqlite3.connect(file)
    try:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("CREATE TABLE link (subject TEXT NOT NULL, property TEXT NOT NULL, value NOT NULL)")
        for kind, name in sorted(KINDS.items()):
            subjects = sorted(members.get(SPF + name, ()))
            if subjects:
                _write_table(connection, kind.replace("-", "_"), {s: about[s] for s in subjects})
        connection.execute("CREATE INDEX link_subject ON link (subject, property)")
        connection.execute("CREATE INDEX link_value ON link (value, property)")
        connection.commit()
        connection.execute("VACUUM")
    except sqlite3.OperationalError as error:
        raise BuildError(f"The database {file.name} can't be written: {error}. Check the free space.") from error
    finally:
        connection.close()


def _write_table(connection: sqlite3.Connection, table: str, rows: Mapping[str, Mapping[str, list[object]]]) -> None:
    single = {p for values in rows.values() for p in values}
    many = {p for values in rows.values() for p, found in values.items() if len(found) > 1}
    columns = sorted(single - many)
    names = [_column(p) for p in columns]
    listed = "".join(f', "{name}"' for name in names)
    connection.execute(f'CREATE TABLE "{table}" (id TEXT PRIMARY KEY{listed}) WITHOUT ROWID')
    marks = ", ".join("?" * (len(columns) + 1))
    for subject, values in rows.items():
        cells = [values[p][0] if p in values else None for p in columns]
        connection.execute(f'INSERT INTO "{table}" VALUES ({marks})', [subject.removeprefix(ID), *cells])  # noqa: S608 - our names
        links = sorted((_column(p), str(v)) for p in many & set(values) for v in values[p])
        connection.executemany(
            "INSERT INTO link VALUES (?, ?, ?)", [(subject.removeprefix(ID), p, v) for p, v in links]
        )


def _column(iri: str) -> str:
    return _CAPITAL.sub("_", re.split(r"[#/]", iri)[-1]).lower()


def _plain(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> object:
    if isinstance(term, ox.Literal):
        return int(term.value) if term.datatype.value == XSD + "integer" else term.value
    value = str(getattr(term, "value", term))
    return value.removeprefix(ID)
