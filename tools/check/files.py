"""Checks on the files themselves: syntax, canonical form, addresses, links, versions, freshness."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from typing import Final

from kgtools.core.namespaces import shortened
from kgtools.graph.turtle import UnwritableGraphError, canonical_turtle
from tools.check.model import Found, declare
from tools.check.repository import Repository

_GROUP: Final = "Files"
_LINK: Final = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
_CODE: Final = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


@declare(
    title="A file can't be read",
    problem="A Turtle, SPARQL, TOML, YAML, JSON or CFF file of the repository breaks the rules of its own "
    "language. No tool can load it, and no other check sees what is in it.",
    solution="Fix the text at the line that the message names.",
    example='state-policy:x spf:citation "R277-705 .   # the closing quotation mark is missing',
    group=_GROUP,
)
def syntax(repository: Repository) -> Iterator[Found]:
    """Each file of the repository is what its ending says."""
    for error in repository.unreadable:
        file = repository.relative(error.file)
        yield Found(error.reason, file, file, error.line)
    for folder, pattern, read in _READERS:
        for path in sorted((repository.project.root / folder).glob(pattern)):
            try:
                read(path.read_text(encoding="utf-8"))
            except (SyntaxError, ValueError) as error:
                file = repository.relative(path)
                yield Found(f"{_one_line(error)}.".replace("..", "."), file, file, getattr(error, "lineno", 0) or 0)


def _one_line(error: Exception) -> str:
    return " ".join(str(getattr(error, "msg", error)).split())


def _read_query(text: str) -> None:
    import pyoxigraph as ox

    try:
        ox.Store().query(text)
    except (RuntimeError, OSError) as error:
        raise ValueError(str(error)) from error


def _read_yaml(text: str) -> None:
    import yaml

    try:
        list(yaml.safe_load_all(text))
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


_READERS: Final[tuple[tuple[str, str, Callable[[str], object]], ...]] = (
    ("queries", "**/*.rq", _read_query),
    (".", "*.toml", tomllib.loads),
    ("kgtools", "**/*.toml", tomllib.loads),
    (".", "*.cff", _read_yaml),
    (".github", "**/*.yml", _read_yaml),
    ("data", "**/*.yaml", _read_yaml),
    (".", "**/*.jsonld", json.loads),
)


@declare(
    title="A Turtle file is not in canonical form",
    problem="The same triples can be written in many ways. This file is not written in the project's one way, so a"
    " diff would show changes that aren't changes.",
    solution="Run kgtools fmt, and commit what it writes.",
    example="spf:b spf:p spf:c . spf:a spf:p spf:c .   # subjects are sorted",
    group=_GROUP,
)
def canonical_form(repository: Repository) -> Iterator[Found]:
    """Each Turtle file is as ``kgtools fmt`` writes it."""
    for path, triples in repository.triples_by_file.items():
        file = repository.relative(path)
        try:
            same = canonical_turtle(triples) == path.read_text(encoding="utf-8")
        except UnwritableGraphError as error:
            yield Found(str(error), file, file)
            continue
        if not same:
            yield Found("The file is not in canonical form; run 'kgtools fmt'.", file, file)


@declare(
    title="The version is not the same everywhere",
    problem="pyproject.toml, CITATION.cff, CHANGELOG.md, the page on citation and the headers of the ontology give "
    "different versions. "
    "A citation or a pinned import would point to the wrong thing.",
    solution="Set them all to the version in pyproject.toml.",
    example='version: 0.1.0 in CITATION.cff and version = "0.2.0" in pyproject.toml',
    group=_GROUP,
)
def version(repository: Repository) -> Iterator[Found]:
    """One version throughout."""
    root = repository.project.root
    right = str(tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
    for name, pattern in _VERSIONS:
        text = (root / name).read_text(encoding="utf-8")
        match = re.search(pattern, text, re.MULTILINE)
        if match is None or match[1] != right:
            line = text.count("\n", 0, match.start()) + 1 if match else 0
            given = match[1] if match else "none"
            yield Found(f"The version is {given} here and {right} in pyproject.toml.", name, name, line)
    for triple in repository.ontology:
        if triple.predicate.value.endswith("#versionIRI"):
            subject, given = str(triple.subject)[1:-1], str(triple.object)[1:-1]
            if given != f"{subject}/{right}":
                yield Found(f"The version IRI of {subject} is {given}; it should end with /{right}.", subject)


_CITING: Final = "docs/reference/license-and-citation.md"
_VERSIONS: Final = (
    ("CITATION.cff", r"^version: *[\"']?([^\"'\s]+)"),
    ("CHANGELOG.md", r"^## ([0-9]+\.[0-9]+\.[0-9]+)"),
    (_CITING, r"\bversion (\d+\.\d+\.\d+)\b"),
    (_CITING, r"^ *version *= *\{([^}]*)\}"),
)
"""Where the version stands; what is generated (DCAT, data card, Zenodo, CodeMeta) takes it from CITATION.cff."""


@declare(
    title="The day of the release is not the same everywhere",
    problem="CHANGELOG.md, CITATION.cff and the page on citation give different days or years, or the release is dated"
    " before something in it. DCAT, the data card and the archives take the day from CITATION.cff.",
    solution="Set date-released in CITATION.cff and the heading in CHANGELOG.md to the day of the release. After a "
    "release, begin the next version before anything else changes.",
    example="## 0.1.0 (2026-12-01) in CHANGELOG.md and date-released: 2026-11-23 in CITATION.cff",
    group=_GROUP,
)
def release_date(repository: Repository) -> Iterator[Found]:
    """One day throughout, once the version in the changelog has one, and nothing later in it."""
    root = repository.project.root
    cited = re.search(r"^date-released: *[\"']?([0-9-]+)", (root / "CITATION.cff").read_text("utf-8"), re.MULTILINE)
    day = cited[1] if cited else "none"
    page = (root / _CITING).read_text(encoding="utf-8") if (root / _CITING).is_file() else ""
    for year in re.findall(r"^ *year *= *\{(\d+)\}", page, re.MULTILINE):
        if year != day[:4]:
            yield Found(f"The year is {year} here and the day in CITATION.cff is {day}.", _CITING, _CITING)
    heading = _HEADING.search((root / "CHANGELOG.md").read_text(encoding="utf-8"))
    if heading is None or heading["day"] == "unreleased":
        return
    if heading["day"] != day:
        message = f"The version is of {heading['day']} here and of {day} in CITATION.cff."
        yield Found(message, "CHANGELOG.md", "CHANGELOG.md")
    for triple in (*repository.ontology, *repository.data):
        name = triple.predicate.value.rpartition("#")[2].rpartition("/")[2]
        said = str(getattr(triple.object, "value", ""))
        if name in _DAYS and said[:10] > day:
            subject = str(getattr(triple.subject, "value", ""))
            yield Found(f"{shortened(subject)} is of {said[:10]}, after the release of {day}.", subject)


_HEADING: Final = re.compile(r"^## \d+\.\d+\.\d+ \((?P<day>[^)]*)\)", re.MULTILINE)
_DAYS: Final = frozenset({"modified", "dateReviewed", "dateAccessed", "dateRead", "dateOfInquiry"})


@declare(
    title="A documentation link leads nowhere",
    problem="A relative link in a Markdown file points to a file that isn't there.",
    solution="Correct the path, or remove the link.",
    example="[the method](docs/explanation/methods.md)   # the file is method.md",
    group=_GROUP,
)
def broken_link(repository: Repository) -> Iterator[Found]:
    """Each relative link in a Markdown file leads to a file."""
    root = repository.project.root
    for path in sorted([*root.glob("*.md"), *(root / "docs").rglob("*.md"), *(root / ".github").rglob("*.md")]):
        text = path.read_text(encoding="utf-8")
        prose = _CODE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
        for match in _LINK.finditer(prose):
            target = match[1].partition("#")[0]
            if (
                target
                and "://" not in target
                and not target.startswith("mailto:")
                and not (path.parent / target).exists()
            ):
                line = text.count("\n", 0, match.start()) + 1
                yield Found(
                    f"The link to {target} leads nowhere.", repository.relative(path), repository.relative(path), line
                )


CHECKS: Final = (syntax, canonical_form, version, release_date, broken_link)
