"""The pages, pictures and tables that are made from the data, by their path in the repository."""

from __future__ import annotations

from pathlib import Path

from kgtools.answers.questions import read_catalogue, read_graph_catalogue
from kgtools.answers.questions.page import catalogue_page
from kgtools.core.project import Project
from kgtools.graph.projects import load_project
from kgtools.publish.pages.coverage_picture import coverage_picture
from kgtools.publish.pages.data_card import data_card
from kgtools.publish.pages.sssom import sssom_table


def data_pages(project: Project) -> dict[Path, str]:
    """The text of each file that is made from a project's data.

    Raises:
        UnreadableFileError: a file of the project isn't RDF.
        QuestionError: a canned question is not as it should be.
    """
    store = load_project(project)
    questions = (*read_catalogue(project), *read_graph_catalogue(project))
    docs = project.root / "docs"
    return {
        docs / "images" / "coverage.svg": coverage_picture(store),
        docs / "reference" / "data-card.md": data_card(store),
        docs / "reference" / "questions.md": catalogue_page(questions, store),
        project.root / "data" / "crosswalk.sssom.tsv": sssom_table(store),
    }
