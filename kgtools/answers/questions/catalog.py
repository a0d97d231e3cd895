"""The catalog of canned questions: one ``.rq`` file each, with a header in the convention that grlc reads.

The header is YAML in comment lines that begin with ``#+``: summary, description, tags, parameters, columns, example.
Questions in ``queries/answers/`` give a table; those in ``queries/derive/`` give a graph, and have no columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kgtools.answers.questions.parameters import PARAMETER_TYPES, Parameter, ParameterError, has_place
from kgtools.core.errors import QuestionError
from kgtools.core.project import Project
from kgtools.core.suggest import nearest

AUDIENCES: Final = ("policy analyst", "advocate", "data steward", "researcher", "engineer")
_HEADER: Final = "#+"


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """A column of an answer: the variable, and what it means."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Question:
    """A canned question.

    Attributes:
        name: what it is called by; the name of its file.
        summary: the question, in one line.
        description: what is counted and what is not.
        tags: who asks it, of ``AUDIENCES``.
        parameters: what it can be asked about.
        columns: what the answer's columns mean, in order; none where the answer is a graph.
        example: a command that asks it.
        query: the SPARQL text, with the prefixes that it declares.
    """

    name: str
    summary: str
    description: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    columns: tuple[AnswerColumn, ...]
    example: str
    query: str

    @property
    def gives_graph(self) -> bool:
        """Whether the answer is a graph, and not a table."""
        return not self.columns


def read_catalog(project: Project) -> tuple[Question, ...]:
    """Every canned question of a project that gives a table, sorted by name.

    Raises:
        QuestionError: a file is not as it should be.
    """
    return tuple(read_question(file) for file in project.questions)


def read_graph_catalog(project: Project) -> tuple[Question, ...]:
    """Every canned question of a project that gives a graph, sorted by name.

    Raises:
        QuestionError: a file is not as it should be.
    """
    return tuple(read_question(file) for file in project.graph_questions)


def find_question(project: Project, name: str) -> Question:
    """The canned question of a name.

    Raises:
        QuestionError: there is none; the message names the nearest.
    """
    files = {file.stem: file for file in (*project.questions, *project.graph_questions)}
    if name in files:
        return read_question(files[name])
    guess = nearest(name, files, cutoff=0.5)
    hint = f" Did you mean '{guess}'?" if guess else ""
    raise QuestionError(f"There is no question called '{name[:60]}'.{hint} 'kgtools query --list' lists them all.")


def read_question(file: Path) -> Question:
    """Read one question file.

    Raises:
        QuestionError: the header is missing, incomplete or not valid YAML, or a parameter has no place in the query.
    """
    lines = file.read_text(encoding="utf-8").splitlines()
    header = _header(file, [line[len(_HEADER) :] for line in lines if line.startswith(_HEADER)])
    query = "\n".join(line for line in lines if not line.startswith(_HEADER)).strip() + "\n"
    try:
        question = _question(file.stem, header, query)
    except (KeyError, TypeError, ParameterError) as error:
        raise QuestionError(f"{file}: the header lacks {error}, or its form is wrong.") from error
    _check(file, question)
    return question


def _header(file: Path, lines: list[str]) -> Mapping[str, Any]:
    import yaml

    try:
        # The reader in C is ten times as fast; it is not in every build of the library.
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        header = yaml.load("\n".join(line.removeprefix(" ") for line in lines), Loader=loader)  # noqa: S506 - both are safe
    except yaml.YAMLError as error:
        raise QuestionError(f"{file}: the header is not valid YAML: {error}") from error
    if not isinstance(header, dict):
        raise QuestionError(f"{file}: the file has no header; start it with lines such as '#+ summary: …'.")
    return header


def _question(name: str, header: Mapping[str, Any], query: str) -> Question:
    return Question(
        name=name,
        summary=header["summary"],
        description=" ".join(header["description"].split()),
        tags=tuple(header["tags"]),
        parameters=tuple(_parameter(values) for values in header.get("parameters") or ()),
        columns=tuple(AnswerColumn(column["name"], column["description"]) for column in header.get("columns") or ()),
        example=header["example"],
        query=query,
    )


def _parameter(values: Mapping[str, Any]) -> Parameter:
    if values["type"] not in PARAMETER_TYPES:
        raise ParameterError(f"a parameter type of {', '.join(PARAMETER_TYPES)}")
    default = values.get("default")
    return Parameter(
        name=values["name"],
        type=values["type"],
        description=values["description"],
        default=None if default is None else str(default),
        many=bool(values.get("many", False)),
    )


def _check(file: Path, question: Question) -> None:
    for tag in question.tags:
        if tag not in AUDIENCES:
            raise QuestionError(f"{file}: the tag '{tag}' is not one of {', '.join(AUDIENCES)}.")
    if question.gives_graph != (file.parent.name == "derive"):
        raise QuestionError(f"{file}: the header must list the columns of a table; a graph in derive/ has none.")
    for parameter in question.parameters:
        if not has_place(question.query, parameter.name):
            raise QuestionError(
                f"{file}: the query needs a line 'VALUES ?_{parameter.name} {{ … }}'; where it has several, "
                "they must be the same."
            )
