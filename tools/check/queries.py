"""Checks that are SPARQL queries: each row of ``queries/checks/NAME.rq`` is a finding.

The header is YAML in comment lines that begin with ``#+``: title, problem, solution, example, message. The message is
filled with the columns of the row; ``subject`` is what the finding is about.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgtools.core.errors import QuestionError
from kgtools.core.namespaces import shortened
from kgtools.core.project import Project
from kgtools.graph.store import Term
from tools.check.model import Check, Found
from tools.check.repository import Repository

_KEYS: Final = ("title", "problem", "solution", "example", "message")
_MARK: Final = "#+"


def query_checks(project: Project) -> tuple[Check, ...]:
    """The checks of a project's ``queries/checks``, sorted by name.

    Raises:
        QuestionError: a header is missing, incomplete or not valid YAML.
    """
    return tuple(read_check(file) for file in sorted((project.root / "queries" / "checks").glob("*.rq")))


def read_check(file: Path) -> Check:
    """Read one check.

    Raises:
        QuestionError: the header is missing, incomplete or not valid YAML.
    """
    header = _header(file)
    query = "\n".join(line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith(_MARK))

    def find(repository: Repository) -> Iterable[Found]:
        solutions = repository.store.select(query)
        if "subject" not in solutions.variables:
            raise QuestionError(f"{file}: the query must select ?subject, what a finding is about.")
        for row in solutions.rows:
            values = dict(zip(solutions.variables, row, strict=True))
            words = {name: _words(term) for name, term in values.items()}
            try:
                message = header["message"].format(**words)
            except (KeyError, IndexError, ValueError) as error:
                raise QuestionError(
                    f"{file}: the message names {error}, which is not a column of the query."
                ) from error
            yield Found(message, _identity(values["subject"]))

    return Check(
        file.stem, header["title"], header["problem"], header["solution"], header["example"], find, "Ontology and data"
    )


def _header(file: Path) -> dict[str, str]:
    import yaml

    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith(_MARK)]
    try:
        header = yaml.safe_load("\n".join(line.removeprefix(_MARK).removeprefix(" ") for line in lines))
    except yaml.YAMLError as error:
        raise QuestionError(f"{file}: the header is not valid YAML: {error}") from error
    missing = [key for key in _KEYS if not isinstance(header, dict) or not isinstance(header.get(key), str)]
    if missing:
        raise QuestionError(f"{file}: the header has no {', '.join(missing)}; each check needs {', '.join(_KEYS)}.")
    return {key: " ".join(header[key].split()) for key in _KEYS}


def _words(term: Term | None) -> str:
    if isinstance(term, ox.NamedNode):
        return shortened(term.value)
    return "" if term is None else str(getattr(term, "value", term))


def _identity(term: Term | None) -> str:
    assert term is not None, "a check's query binds ?subject in each row"
    return str(getattr(term, "value", term))
