"""Reading YAML files of records, with the line that each record begins on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kgtools.graph.files import Files
from kgtools.graph.reading import TooLargeFileError, UnreadableFileError
from kgtools.intake.records.fields import shown

MAX_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class RecordPlace:
    """Where something was read.

    Attributes:
        file: the file.
        line: the line, counted from one.
        record: the identifier of the record, or its number in the list.
    """

    file: Path
    line: int
    record: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}"
        return f"{where}: record {self.record}" if self.record else where


@dataclass(frozen=True, slots=True)
class RecordProblem:
    """Something that keeps a file from being added: where, and what, as a sentence."""

    place: RecordPlace
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One record as it stands in the file.

    Attributes:
        group: the top-level key that it was listed under, such as ``policies``.
        values: its keys and values.
        place: where it begins.
    """

    group: str
    values: Mapping[str, Any]
    place: RecordPlace


class _Loader(yaml.SafeLoader):
    """A safe loader that keeps the line of each mapping under ``__line__``, and refuses a key given twice."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[str, Any]:
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    seen: set[str] = set()
    for (key_node, _), key in zip(node.value, map(str, keys), strict=True):
        if key in seen and key != "<<":
            raise yaml.constructor.ConstructorError(None, None, f"the key '{key}' is given twice", key_node.start_mark)
        seen.add(key)
    loader.flatten_mapping(node)
    values: dict[str, Any] = {
        str(loader.construct_object(key, deep=True)): loader.construct_object(value, deep=True)
        for key, value in node.value
    }
    values["__line__"] = node.start_mark.line + 1
    return values


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_records(file: Path, files: Files) -> tuple[list[RawRecord], list[RecordProblem]]:
    """Read one YAML file.

    A top-level ``jurisdiction`` is given to each record that names no other.

    Args:
        file: the file.
        files: the files as the command reads them.

    Returns:
        The records, and what is wrong with the file as a whole; with a problem the records may be incomplete.
    """
    try:
        document = _parsed(file, files)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return [], [RecordProblem(RecordPlace(file, line), f"This is not valid YAML: {error.problem}.")]
    except UnreadableFileError as error:
        return [], [RecordProblem(RecordPlace(file, 1), error.reason)]
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        return [], [RecordProblem(RecordPlace(file, 1), f"The file can't be read: {error}")]
    if not isinstance(document, dict):
        return [], [
            RecordProblem(
                RecordPlace(file, 1), "The file must be a mapping of record groups, such as 'policies:', to lists."
            )
        ]
    return _records(file, document)


def _parsed(file: Path, files: Files) -> object:
    try:
        text = files.content(file, MAX_BYTES).decode("utf-8")
    except TooLargeFileError as error:
        raise ValueError(f"it is larger than {MAX_BYTES // 1_000_000} MB; split it") from error
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader


def _records(file: Path, document: dict[str, Any]) -> tuple[list[RawRecord], list[RecordProblem]]:
    shared = {"jurisdiction": document["jurisdiction"]} if "jurisdiction" in document else {}
    records: list[RawRecord] = []
    problems: list[RecordProblem] = []
    for group, items in document.items():
        if group in {"jurisdiction", "notes", "__line__"}:
            continue
        if items is None:
            message = f"'{shown(group)}' is empty; list its records below it, or delete the line."
            problems.append(RecordProblem(RecordPlace(file, document["__line__"]), message))
            continue
        if not isinstance(items, list):
            problems.append(
                RecordProblem(RecordPlace(file, document["__line__"]), f"'{group}' must be a list of records.")
            )
            continue
        records.extend(_group(file, group, items, shared, problems))
    return records, problems


def _group(
    file: Path, group: str, items: list[Any], shared: dict[str, Any], problems: list[RecordProblem]
) -> Iterator[RawRecord]:
    for number, item in enumerate(items, start=1):
        if not isinstance(item, dict):
            problems.append(
                RecordProblem(RecordPlace(file, 1, f"{number} of '{group}'"), "must be a mapping of keys to values.")
            )
            continue
        name = shown(item.get("id", f"{number} of '{group}'"))
        yield RawRecord(group, {**shared, **item}, RecordPlace(file, item["__line__"], name))
