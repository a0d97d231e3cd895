"""Every generated file of the repository, and the check that each is fresh."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from kgtools.core.project import Project
from kgtools.publish.pages.generated import data_pages
from tools.bulk_records import bulk_records_page
from tools.check.model import Check, Found, declare
from tools.check.pages import check_pages
from tools.check.repository import Repository
from tools.shacl_terms import with_terms

ChecksOf: TypeAlias = Callable[[Project], Sequence[Check]]


def generated_pages(project: Project, checks: Sequence[Check]) -> dict[Path, str]:
    """The text of each generated file of a project, by its path.

    Args:
        project: the project.
        checks: all its checks, each of which has a page.

    Raises:
        UnreadableFileError: a file of the project isn't RDF.
        ProfileError: the profile of the checks can't be used.
    """
    reference = project.root / "docs" / "reference"
    pages = {reference / "bulk-records.md": bulk_records_page(project)}
    engine = reference / "shacl-engine.md"
    if engine.exists():
        pages[engine] = with_terms(engine.read_text(encoding="utf-8"))
    return data_pages(project) | pages | check_pages(project, checks)


def stale_check(checks_of: ChecksOf) -> Check:
    """The check that each generated file is fresh.

    Args:
        checks_of: gives all checks of a project, this one included, for their pages.
    """

    @declare(
        title="A generated file is stale",
        problem="A page, picture or table of the repository is made from the data, but the committed copy is not what"
        " would be made now. Readers would see figures that are out of date.",
        solution="Run make docs, and commit what it changes.",
        example="docs/images/coverage.svg, after a state's determinations changed",
        group="Files",
    )
    def stale_page(repository: Repository) -> Iterator[Found]:
        """Each generated file is as it would be made now."""
        if repository.unreadable:
            return
        for path, text in generated_pages(repository.project, checks_of(repository.project)).items():
            file = repository.relative(path)
            if not path.exists():
                yield Found("The generated file is missing; run 'make docs'.", file, file)
            elif path.read_text(encoding="utf-8") != text:
                yield Found("The generated file is stale; run 'make docs'.", file, file)

    return stale_page
