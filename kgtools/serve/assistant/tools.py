"""The tools that an assistant is offered, and their answers."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from kgtools.answers.api import plain
from kgtools.answers.citations import NOTES, Citation, CitationIndex, find_record
from kgtools.answers.questions import ParameterError, Question, allowed_values, bind, read_catalogue
from kgtools.answers.questions.schema import parameter_schema
from kgtools.core.errors import UserError
from kgtools.core.namespaces import BASE
from kgtools.core.project import Project
from kgtools.core.suggest import nearest
from kgtools.graph.store import Solutions, Store
from kgtools.serve.submissions import Upload, ValidationJob

USUAL_ROWS: Final = 50
MAX_ROWS: Final = 500
_LISTED: Final = 60  # values that are listed in a description; a search finds those of longer lists
_TEXT_FORMATS: Final = ("ttl", "trig", "jsonld", "csv")
_MAX_TEXT: Final = 2_000_000
_MAX_CITATIONS: Final = 60
_REVIEWED: Final = (
    "SELECT (MAX(?day) AS ?latest) WHERE { ?policy <https://w3id.org/spf-kg/ontology#dateReviewed> ?day }"
)


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool.

    Attributes:
        name: its name.
        title: what it does, in a line.
        description: what it does, for the assistant to choose by.
        parameters: what it is given, as JSON Schema.
    """

    name: str
    title: str
    description: str
    parameters: Mapping[str, Any]


class Tools:
    """The tools, over a graph.

    Args:
        project: where the questions are.
        store: what answers.
        version: the version of the data that citations name.
    """

    def __init__(self, project: Project, store: Store, version: str) -> None:
        self.project = project
        self._store = store
        self._version = version
        self._questions = {_tool_name(question): question for question in read_catalogue(project)}
        types = {parameter.type for question in self._questions.values() for parameter in question.parameters}
        self._allowed = {t: values for t, values in allowed_values(types, store).items() if len(values) <= _LISTED}
        self._index = CitationIndex(store)
        self._answers: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "list_questions": self._list,
            "get_record": self._record,
        }

    @property
    def tools(self) -> tuple[Tool, ...]:
        """All tools, the questions first."""
        return (*(self._question_tool(name, q) for name, q in self._questions.items()), *_OTHERS)

    def answer(self, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """What a tool other than ``validate`` answers.

        Raises:
            UserError: there is no such tool, or an argument is wrong; the message says what is allowed.
        """
        if name in self._questions:
            return self._asked(self._questions[name], arguments)
        if name in self._answers:
            return self._answers[name](arguments)
        guess = nearest(name, [tool.name for tool in self.tools])
        raise UserError(f"There is no tool called '{name[:60]}'.{f' Did you mean {guess!r}?' if guess else ''}")

    def _question_tool(self, name: str, question: Question) -> Tool:
        properties = {
            parameter.name: {"description": parameter.description, **parameter_schema(parameter, self._allowed)}
            for parameter in question.parameters
        }
        columns = "; ".join(f"{column.name}: {column.description}" for column in question.columns)
        return Tool(
            name,
            question.summary,
            f"{question.summary} {question.description} Columns: {columns}.",
            _object({**properties, **_PAGING}),
        )

    def _asked(self, question: Question, arguments: Mapping[str, Any]) -> dict[str, Any]:
        limit = _number(arguments, "limit", USUAL_ROWS, 1, MAX_ROWS)
        offset = _number(arguments, "offset", 0, 0, 1_000_000)
        given = {name: _written(name, value) for name, value in arguments.items() if name not in _PAGING}
        whole = self._store.select(bind(question.query, question.parameters, given, self._store))
        page = Solutions(whole.variables, whole.rows[offset : offset + limit])
        defaults = {p.name: p.default for p in question.parameters if p.default is not None}
        about = {**defaults, **given}
        left = max(0, len(whole.rows) - offset - limit)
        return {
            "question": question.summary,
            "parameters": about,
            "rows": list(plain(page).rows),
            "total": len(whole.rows),
            **self._cited(self._index.citations(page, about.get("state", "").split(","))),
            "notes": [*NOTES, *_notes_on(question, given, left, offset + limit)],
        }

    def _cited(self, citations: Sequence[Citation]) -> dict[str, Any]:
        """The citations, or that of the data set where an answer counts records and is about no single one."""
        found = [asdict(citation) for citation in citations[:_MAX_CITATIONS]] or [asdict(self._data_set())]
        return {"citations": found, "citations_left_out": max(0, len(citations) - _MAX_CITATIONS)}

    def _data_set(self) -> Citation:
        latest = plain(self._store.select(_REVIEWED)).rows
        reviewed = str(latest[0]["latest"] or "") if latest else ""
        title = f"State policy for personalized learning, knowledge graph, version {self._version}"
        return Citation(BASE, title, BASE, reviewed, "data set", "", "", "counted from the records")

    def _list(self, _: Mapping[str, Any]) -> dict[str, Any]:
        listed = [
            {"tool": name, "question": q.summary, "parameters": [p.name for p in q.parameters], "asked_by": q.tags}
            for name, q in self._questions.items()
        ]
        return {"questions": listed, **self._cited(()), "notes": list(NOTES)}

    def _record(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        written = arguments.get("record")
        if not isinstance(written, str) or not written.strip():
            raise ParameterError("The tool needs 'record': an identifier, or the last part of one.")
        found = asdict(find_record(self._store, written))
        sources = found.pop("sources")
        cited = {"citations": sources, "citations_left_out": 0} if sources else self._cited(())
        return {"record": found, **cited, "notes": list(NOTES)}


def validation_job(arguments: Mapping[str, Any], folder: Path) -> ValidationJob:
    """The validation of a text that an assistant hands in.

    Args:
        arguments: ``text`` and ``format``.
        folder: an empty folder to work in.

    Raises:
        ParameterError: an argument is missing or wrong.
    """
    text, format_ = arguments.get("text"), arguments.get("format", "ttl")
    if not isinstance(text, str) or not text.strip():
        raise ParameterError("The tool needs 'text': the data to check.")
    if format_ not in _TEXT_FORMATS:
        raise ParameterError(f"'{str(format_)[:20]}' is not a format; use {', '.join(_TEXT_FORMATS)}.")
    if len(text) > _MAX_TEXT:
        raise ParameterError(f"The text has {len(text):,} characters; at most {_MAX_TEXT:,} are checked.")
    return ValidationJob(folder, (Upload.of(f"text.{format_}", text.encode()),), ("json",))


def working_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for a validation, removed when it is left."""
    return tempfile.TemporaryDirectory(prefix="kgtools-validation-")


def _tool_name(question: Question) -> str:
    return "search" if question.name == "search" else f"ask_{question.name.replace('-', '_')}"


def _number(arguments: Mapping[str, Any], name: str, usual: int, least: int, most: int) -> int:
    value = arguments.get(name, usual)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ParameterError(f"'{name}' must be a whole number from {least} to {most:,}.")
    return value


def _written(name: str, value: object) -> str:
    """An argument as a user would write it: several values with commas."""
    if isinstance(value, bool) or not isinstance(value, str | int | list):
        raise ParameterError(f"'{name[:60]}' must be a text, a number, or a list of texts.")
    if isinstance(value, list):
        return ",".join(_written(name, part) for part in value)
    return str(value)


def _notes_on(question: Question, given: Mapping[str, str], left: int, following: int) -> list[str]:
    unasked = [p for p in question.parameters if p.default is not None and p.name not in given]
    notes = [f"{p.name}={p.default} was used, because none was given." for p in unasked]
    return [*notes, f"{left} more rows follow; ask with offset={following}."] if left else notes


def _object(properties: Mapping[str, Any], required: Sequence[str] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


_PAGING: Final[dict[str, Any]] = {
    "limit": {
        "type": "integer",
        "minimum": 1,
        "maximum": MAX_ROWS,
        "default": USUAL_ROWS,
        "description": "How many rows at most.",
    },
    "offset": {"type": "integer", "minimum": 0, "default": 0, "description": "How many rows to skip."},
}
_OTHERS: Final = (
    Tool(
        "list_questions",
        "List the canned questions",
        "Lists the canned questions with the tool that asks each. Start here when it isn't clear what to ask.",
        _object({}),
    ),
    Tool(
        "get_record",
        "Look up a record with its sources",
        "Everything that the graph says about one record, with the documents that prove it: a state policy, a claim, a "
        "determination, a transformative policy, a condition, a rating, a resource. 'search' finds its identifier.",
        _object(
            {"record": {"type": "string", "description": "Its identifier, or its kind and last part: state-policy/…"}},
            ["record"],
        ),
    ),
    Tool(
        "validate",
        "Check data against the rules",
        "Checks a text that a state would submit, and reports what is wrong, where, why it matters, and how to fix it. "
        "Nothing is stored.",
        _object(
            {
                "text": {"type": "string", "maxLength": _MAX_TEXT, "description": "The data."},
                "format": {"type": "string", "enum": list(_TEXT_FORMATS), "default": "ttl"},
            },
            ["text"],
        ),
    ),
)
