"""A tag is released only where everything says the same of it; the archives' metadata is made from CITATION.cff."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

from kgtools.core.project import Project
from kgtools.graph.writing import write_files
from kgtools.publish.pages.archives import codemeta, zenodo_metadata
from kgtools.publish.release.build import read_about
from tests.conftest import ROOT
from tests.few_states import few_states
from tools.check.generated import generated_pages
from tools.check.registry import all_checks
from tools.release import main, objections


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that may be released as v0.1.0 on the last day of the century."""
    project = few_states(ROOT, tmp_path_factory.mktemp("release") / "project")
    shutil.copytree(ROOT / "docs", project.root / "docs")
    for name in ("CHANGELOG.md", "pyproject.toml"):
        shutil.copy2(ROOT / name, project.root / name)
    change(project, "CHANGELOG.md", "(unreleased)", "(2099-12-31)")
    cited = yaml.safe_load((project.root / "CITATION.cff").read_text("utf-8"))["date-released"]
    change(project, "CITATION.cff", f"date-released: {cited}", "date-released: 2099-12-31")
    change(project, "docs/reference/license-and-citation.md", "year    = {2026}", "year    = {2099}")
    write_files(generated_pages(project, all_checks(project)))
    return project


def change(project: Project, name: str, old: str, new: str) -> None:
    file = project.root / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_tag_that_everything_agrees_with_may_be_released(ready: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--project", str(ready.root), "v0.1.0"]) == 0
    assert capsys.readouterr().out == "v0.1.0 may be released.\n"


def test_another_tag_may_not(ready: Project) -> None:
    assert list(objections(ready, "v0.2.0")) == [
        "The tag is v0.2.0, and pyproject.toml has version 0.1.0; the tag must be v0.1.0."
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("CHANGELOG.md", "(2099-12-31)", "(unreleased)", "CHANGELOG.md gives no day for 0.1.0"),
        ("CHANGELOG.md", "(2099-12-31)", "(2099-12-30)", "The version is of 2099-12-30 here"),
        ("CITATION.cff", "version: 0.1.0", "version: 0.1.1", "The version is 0.1.1 here and 0.1.0 in pyproject.toml."),
        (".zenodo.json", "2099-12-31", "2099-12-30", ".zenodo.json: The generated file is stale"),
        ("docs/reference/data-card.md", "2099-12-31", "2099-12-30", "data-card.md: The generated file is stale"),
    ],
)
def test_what_disagrees_is_named(
    ready: Project, tmp_path: Path, name: str, old: str, new: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ready.root, tmp_path / "copy")
    change(Project(tmp_path / "copy"), name, old, new)
    assert main(["--project", str(tmp_path / "copy"), "v0.1.0"]) == 1
    assert said in capsys.readouterr().out


def test_the_archives_are_told_what_the_citation_says(project: Project) -> None:
    citation = yaml.safe_load((project.root / "CITATION.cff").read_text("utf-8"))
    about = read_about(project)
    zenodo, code = json.loads(zenodo_metadata(about)), json.loads(codemeta(about))
    day = str(citation["date-released"])
    assert (zenodo["version"], zenodo["publication_date"]) == (code["version"], code["dateModified"])
    assert (zenodo["version"], zenodo["publication_date"]) == (citation["version"], day)
    assert zenodo["title"] == code["name"] == citation["title"]
    assert zenodo["creators"] == [{"name": citation["authors"][0]["name"]}]
    assert zenodo["license"] == citation["license"].lower()
    assert zenodo["upload_type"] == citation["type"] == "dataset"
    assert code["@context"] == "https://w3id.org/codemeta/3.0"
