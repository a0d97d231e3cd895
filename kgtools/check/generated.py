"""Every generated file of the repository; ``python -m kgtools.check.generated`` writes them anew."""

from __future__ import annotations

from pathlib import Path

from kgtools.check.pages import check_pages
from kgtools.pages.generated import data_pages
from kgtools.project import Project, find_project
from kgtools.rdf.writing import write_files


def generated_pages(project: Project) -> dict[Path, str]:
    """The text of each generated file of a project, by its path.

    Raises:
        UnreadableFileError: a file of the project isn't RDF.
        QuestionError: a check's query has no usable header.
        ProfileError: the profile of the checks can't be used.
    """
    return data_pages(project) | check_pages(project)


if __name__ == "__main__":
    write_files(generated_pages(find_project()))
