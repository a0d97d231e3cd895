"""The pages, pictures and tables that are made from the data, by their path in the repository."""

from __future__ import annotations

from pathlib import Path

from kgtools.answers.questions import read_catalog, read_graph_catalog
from kgtools.answers.questions.page import catalog_page
from kgtools.core.project import Project
from kgtools.graph.projects import load_project
from kgtools.publish.pages.archives import codemeta, zenodo_metadata
from kgtools.publish.pages.coverage_picture import coverage_picture
from kgtools.publish.pages.data_card import data_card
from kgtools.publish.pages.model_page import with_answers
from kgtools.publish.pages.model_picture import model_picture
from kgtools.publish.pages.sssom import sssom_table
from kgtools.publish.release.build import read_about


def data_pages(project: Project) -> dict[Path, str]:
    """The text of each file that is made from a project's data.

    Raises:
        UnreadableFileError: a file of the project isn't RDF.
        QuestionError: a canned question is not as it should be.
        BuildError: the page on the model shows what is not there, or CITATION.cff is missing or lacks something.
    """
    store = load_project(project)
    questions = (*read_catalog(project), *read_graph_catalog(project))
    about = read_about(project)
    docs = project.root / "docs"
    model = docs / "explanation" / "model.md"
    by_hand = {model: with_answers(model.read_text(encoding="utf-8"), store)} if model.exists() else {}
    return by_hand | {
        docs / "images" / "coverage.svg": coverage_picture(store),
        docs / "images" / "model.svg": model_picture(store),
        docs / "reference" / "data-card.md": data_card(store, about),
        docs / "reference" / "questions.md": catalog_page(questions, store),
        project.root / ".zenodo.json": zenodo_metadata(about),
        project.root / "codemeta.json": codemeta(about),
        project.root / "data" / "crosswalk.sssom.tsv": sssom_table(store),
    }
