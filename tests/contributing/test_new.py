"""The scaffolds make what is needed, and what they make fails in the place where the work is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kgtools.core.project import Project
from tests.conftest import ROOT
from tests.few_states import few_states
from tools.new import main


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone with the records of a few states."""
    folder = tmp_path_factory.mktemp("new") / "clone"
    few_states(ROOT, folder)
    for part in ("docs", "tests/questions", "tests/check"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("README.md", "CHANGELOG.md", "pyproject.toml"):
        shutil.copy2(ROOT / name, folder / name)
    return folder


def outcome_of(clone: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run code with the tests of the clone in place of ours."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}"}
    place = (
        "import sys, pathlib, tests\n"
        f"root = pathlib.Path({str(clone)!r})\n"
        "tests.__path__.insert(0, str(root / 'tests'))\n"
    )
    return subprocess.run(
        [sys.executable, "-c", place + code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_a_question_has_its_file_its_page_and_rows_that_are_still_to_be_written(
    clone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--project", str(clone), "question", "who-is-named"]) == 0
    said = capsys.readouterr().out
    assert "wrote queries/answers/who-is-named.rq" in said
    assert "wrote docs/reference/questions.md" in said
    assert "## who-is-named" in (clone / "docs/reference/questions.md").read_text("utf-8")
    code = """
from kgtools.answers.output import render
from kgtools.answers.questions import find_question
from kgtools.core.project import Project
from tests.questions.asking import EXAMPLES_ON_FIXTURE, FOLDER, ask, fixture_store
project = Project(root)
answer = ask(fixture_store(project), find_question(project, "who-is-named"), EXAMPLES_ON_FIXTURE["who-is-named"])
rows = render(answer, "csv").replace("\\r\\n", "\\n")
expected = (FOLDER / "expected" / "who-is-named.csv").read_text("utf-8")
print(FOLDER.is_relative_to(root), len(answer.rows), rows == expected, rows.splitlines()[0] == expected.splitlines()[0])
"""
    done = outcome_of(clone, code)
    assert done.stdout.split() == ["True", "2", "False", "True"], done.stderr
    assert main(["--project", str(clone), "question", "who-is-named"]) == 2
    assert "is there already" in capsys.readouterr().err


def test_a_check_has_its_file_its_page_and_a_case_that_it_does_not_find(
    clone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--project", str(clone), "check", "empty-citation"]) == 0
    said = capsys.readouterr().out
    assert "wrote docs/reference/checks/empty-citation.md" in said
    assert "checks/empty-citation.md" in (clone / "docs/reference/checks.md").read_text("utf-8")
    code = """
from kgtools.core.project import Project
from tests.check.cases import CASES
from tools.check.registry import all_checks
from tools.check.repository import Repository
(case,) = CASES["empty-citation"]
case.apply(root)
project = Project(root)
check = next(c for c in all_checks(project) if c.name == "empty-citation")
print(len(list(check.find(Repository(project)))))
"""
    done = outcome_of(clone, code)
    assert done.stdout.split() == ["0"], done.stderr
    assert main(["--project", str(clone), "check", "version"]) == 2
    assert "There is a check version in tools/check already" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["Who", "two words", "../out", "-x", ""])
def test_a_name_that_is_none_is_refused(project: Project, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--project", str(project.root), "question", "--", name]) == 2
    assert "can't be a name. Use small letters" in capsys.readouterr().err
