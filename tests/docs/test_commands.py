"""Every command that the documentation shows runs, in the order of its page, and ends as the page says."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kgtools.answers.questions import read_catalog, read_graph_catalog
from kgtools.cli.main import VERBS, _parser, main
from kgtools.core.project import Project
from tests.conftest import FEW_OR_WHOLE, ROOT
from tests.docs.commands import Block, blocks, pages, spans
from tests.docs.pages import PAGES, Page, make_repository
from tests.shacl.servers import oxigraph_server
from tools.check.registry import all_checks

SHOWING = [page for page in pages() if any(block.is_shell for block in blocks(page))]
SERVER = re.compile(r"http://(?:127\.0\.0\.1|localhost):7878/query")
PLACEHOLDER = re.compile(r"…|\[|\b(FILE|SHAPES|CODE|RULE|DIR|NAME|URL|VERB|YEAR)\b")
NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "dist", "tests", "build")


@pytest.fixture(scope="module", params=FEW_OR_WHOLE)
def copy(request: pytest.FixtureRequest, few: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, under version control, to be changed as the pages say; in `make test` with a few states."""
    folder = tmp_path_factory.mktemp("docs") / "spf-kg"
    shutil.copytree(ROOT, folder, ignore=NOT_COPIED)
    if request.param == "few":
        shutil.rmtree(folder / "data")
        shutil.copytree(few.root / "data", folder / "data")
    make_repository(folder)
    return folder


@pytest.fixture
def here(copy: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The copy as the current folder; what a page wrote is gone after it."""
    monkeypatch.chdir(copy)
    yield copy
    for command in (["git", "checkout", "--quiet", "."], ["git", "clean", "-fdq"]):
        subprocess.run(command, cwd=copy, check=True)


@pytest.fixture(scope="module")
def server(copy: Path) -> Iterator[str]:
    """A SPARQL endpoint that holds the project, in the place of the one on the port that the pages name."""
    with oxigraph_server() as store:
        assert main(["--project", str(copy), "load", "--no-validate", "--store", store.name]) == 0
        yield store.name


@pytest.mark.server
@pytest.mark.parametrize("page", SHOWING)
def test_the_commands_of_the_page_run(
    page: str, here: Path, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    how = PAGES.get(page, Page())
    ran = 0
    for block in filter(lambda block: block.is_shell, blocks(page)):
        for command in block.lines():
            if command in how.elsewhere:
                continue
            if command in how.before:
                how.before[command](here)
            typed = SERVER.sub(lambda _: request.getfixturevalue("server"), resolved(command, how))
            capsys.readouterr()
            status = run(typed, here)
            output = capsys.readouterr()
            assert status == how.status.get(command.removeprefix(".venv/bin/"), 0), (
                f"{block.page}: {typed}\n{output.err}"
            )
            assert_shown(block, command, output.out + output.err)
            ran += 1
    assert ran or how.elsewhere


def resolved(command: str, how: Page) -> str:
    for placeholder, meaning in how.stands_for.items():
        command = command.replace(placeholder, meaning)
    assert not PLACEHOLDER.search(command), f"'{command}' has a placeholder that nothing stands for"
    return command.removeprefix(".venv/bin/")


def run(command: str, folder: Path) -> int:
    """Run kgtools in this process, and anything else in a shell."""
    if not command.startswith("kgtools"):
        return subprocess.run(["bash", "-c", command], cwd=folder, check=False, timeout=60).returncode
    words = [word for typed in shlex.split(command)[1:] for word in globbed(typed, folder)]
    try:
        return main(words)
    except SystemExit as stopped:  # how argparse ends
        return int(stopped.code or 0)


def globbed(word: str, folder: Path) -> list[str]:
    found = sorted(str(file.relative_to(folder)) for file in folder.glob(word)) if "*" in word else []
    return found or [word]


def assert_shown(block: Block, command: str, output: str) -> None:
    """The output that the page shows is the output, but for numbers: days are those of today, and records are added."""
    shown = [_without_numbers(line) for line in block.shown(command)]
    if shown:
        assert [_without_numbers(line) for line in output.splitlines()] == shown, f"{block.page}: {command}"


def _without_numbers(line: str) -> str:
    """The line with N for each number, and what is counted in the singular."""
    return re.sub(r"\d+", "N", re.sub(r"(?<=\d )(\w+?)s?\b", r"\1", line))


@pytest.mark.parametrize("page", sorted(PAGES))
def test_what_is_told_of_a_page_is_about_commands_that_it_shows(page: str) -> None:
    typed = {command for block in blocks(page) if block.is_shell for command in block.lines()}
    how = PAGES[page]
    told = {*how.before, *how.elsewhere}
    assert told <= typed
    assert set(how.status) <= {command.removeprefix(".venv/bin/") for command in typed}
    assert all(any(placeholder in command for command in typed) for placeholder in how.stands_for)


def test_make_has_every_target_that_is_named() -> None:
    targets = set(re.findall(r"^([\w.-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    typed = [line for page in SHOWING for block in blocks(page) if block.is_shell for line in block.lines()]
    named = {
        word
        for command in [*typed, *(span for page in pages() for span in spans(page))]
        if command.startswith("make ")
        for word in command.split()[1:]
        if word != "…" and "=" not in word
    }
    assert {"run", "test", "docs"} <= named
    assert {name for name in named if name not in targets} - {".venv/.installed-dev"} == set()


@pytest.mark.parametrize("page", [page for page in pages() if any(spans(page))])
def test_the_commands_in_running_text_have_verbs_options_and_names_that_there_are(page: str, project: Project) -> None:
    known = {
        "query": {one.name for one in (*read_catalog(project), *read_graph_catalog(project))},
        "check": {check.name for check in all_checks(project)},
    }
    for span in spans(page):
        words = span.removeprefix(".venv/bin/").split()
        if words[0] != "kgtools" or len(words) == 1:
            continue
        verb = next((word for word in words[1:] if not word.startswith("-")), None)
        if verb is None or not verb.islower():
            continue  # stands for any verb
        assert verb in VERBS, f"{page}: {span}"
        given = {word for word in words if re.match(r"--?[a-z]", word)}
        assert given <= options_of(verb), f"{page}: {span}"
        name = words[words.index(verb) + 1] if len(words) > words.index(verb) + 1 else ""
        if verb in known and name.islower() and not name.startswith("-"):
            assert name in known[verb], f"{page}: {span}"


def options_of(verb: str) -> set[str]:
    parser = _parser([verb])
    verbs = next(one for one in parser._actions if isinstance(one, argparse._SubParsersAction))
    actions = [*parser._actions, *verbs.choices[verb]._actions]
    return {option for action in actions for option in action.option_strings}


@pytest.mark.soak
def test_the_first_hour_runs_as_it_is_typed(tmp_path: Path) -> None:
    """The whole page as one script, in a clone with an environment of its own."""
    page = "docs/tutorials/first-hour.md"
    folder = tmp_path / "spf-kg"
    shutil.copytree(ROOT, folder, ignore=NOT_COPIED)
    for name in (".gitignore", ".github"):
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, folder / name)
    make_repository(folder)
    PAGES[page].before["kgtools import --dry-run my-policy.yaml"](folder)
    lines = ["set -em"]  # with job control, as in a terminal
    for block in filter(lambda block: block.is_shell, blocks(page)):
        for command in block.lines():
            wanted = PAGES[page].status.get(command, 0)
            lines.append(f"{command} || test $? -eq {wanted}" if wanted else command)
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "LANG": "C.UTF-8"}
    done = subprocess.run(
        ["bash", "-c", "\n".join(lines)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    assert done.returncode == 0, done.stderr
    assert "intact" in done.stdout
    assert "Guam" in done.stdout
