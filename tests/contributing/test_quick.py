"""`make quick` finds what changed and the tests that it touches, and never calls what did not run a pass."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.docs.commands import blocks, pages
from tools.quick import (
    Done,
    QuickError,
    Step,
    changed_files,
    main,
    report,
    run_steps,
    steps,
    stray_files,
    touched_tests,
)

FILES = {
    "kgtools/__init__.py": "",
    "kgtools/a/__init__.py": "from kgtools.a.inner import x\n",
    "kgtools/a/inner.py": "x = 1\n",
    "kgtools/a/page.html": "",
    "kgtools/b.py": "def f():\n    from kgtools.a.inner import x\n    return x\n",
    "kgtools/c_verb.py": "",
    "kgtools/nobody.py": "",
    "tests/__init__.py": "",
    "tests/a/__init__.py": "",
    "tests/a/helper.py": "from kgtools.b import f\n",
    "tests/a/conftest.py": "",
    "tests/a/test_a.py": "from kgtools.a import x\n",
    "tests/a/test_b.py": "from tests.a.helper import f\n",
    "tests/a/test_c.py": "from kgtools.main import main\nmain(['c'])\n".replace("'", '"'),
    "tests/check/test_checks.py": "",
    "queries/checks/mine.rq": "",
}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("changed", "tests"),
    [
        ("kgtools/a/inner.py", ("tests/a/test_a.py",)),  # through the package, which is nearer than through b
        ("kgtools/b.py", ("tests/a/test_b.py",)),  # through a helper
        ("tests/a/helper.py", ("tests/a/test_b.py",)),
        ("tests/a/test_b.py", ("tests/a/test_b.py",)),
        ("tests/a/conftest.py", ("tests/a/test_a.py", "tests/a/test_b.py", "tests/a/test_c.py")),
        ("kgtools/a/page.html", ("tests/a/test_a.py",)),
        ("kgtools/c_verb.py", ("tests/a/test_c.py",)),
        ("queries/checks/mine.rq", ("tests/check/test_checks.py",)),
    ],
)
def test_a_change_touches_the_tests_that_reach_it_first(clone: Path, changed: str, tests: tuple[str, ...]) -> None:
    assert touched_tests([changed], clone) == (tests, ())


def test_a_change_that_no_test_reaches_is_named(clone: Path) -> None:
    assert touched_tests(["kgtools/nobody.py", "NOTES"], clone) == ((), ("kgtools/nobody.py", "NOTES"))


def test_the_nearest_tests_come_first(clone: Path) -> None:
    tests, _ = touched_tests(["queries/checks/mine.rq", "kgtools/b.py", "tests/a/test_c.py"], clone)
    assert tests == ("tests/a/test_c.py", "tests/a/test_b.py", "tests/check/test_checks.py")


@pytest.mark.parametrize("changed", ["queries/answers/gaps.rq", "tests/questions/expected/gaps.csv"])
def test_the_test_of_a_question_comes_before_all_that_changes_with_it(changed: str) -> None:
    along = ["CHANGELOG.md", "docs/reference/questions.md", "tests/questions/asking.py", "tests/docs/test_commands.py"]
    tests, _ = touched_tests([*along, changed], ROOT)
    assert tests[0] == "tests/questions/test_fixture.py"
    assert len(tests) > 3


def test_what_changed_is_committed_or_not_and_still_there(clone: Path) -> None:
    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        subprocess.run(["git", *identity, *arguments], cwd=clone, check=True, capture_output=True)

    git("init", "--quiet", "--initial-branch=main")
    git("add", "--all")
    git("commit", "--quiet", "--message", "first")
    git("switch", "--quiet", "--create", "work")
    (clone / "kgtools/b.py").write_text("x = 2\n")
    git("commit", "--quiet", "--all", "--message", "second")
    (clone / "kgtools/a/inner.py").write_text("x = 3\n")
    (clone / "kgtools/new.py").write_text("")
    (clone / "kgtools/nobody.py").unlink()
    (clone / "store").mkdir()
    (clone / "store/000010.sst").write_text("")
    (clone / "utah.xlsx").write_text("")
    assert stray_files(clone) == ("store/000010.sst", "utah.xlsx")
    assert changed_files(clone, None) == ("kgtools/a/inner.py", "kgtools/b.py", "kgtools/new.py")
    assert changed_files(clone, "HEAD") == ("kgtools/a/inner.py", "kgtools/new.py")
    with pytest.raises(QuickError, match="Name a commit with --since"):
        changed_files(clone, "no-such-commit")


def test_types_are_checked_of_changed_code_and_only_changed_pages_are_run() -> None:
    changed = ("data/states/ut.ttl", "docs/a.md", "kgtools/b.py")
    planned = {step.name: step.command for step in steps(changed, ["tests/docs/test_commands.py", "tests/a/test_b.py"])}
    assert list(planned)[:4] == ["ruff check", "ruff format", "kgtools fmt", "mypy"]
    assert planned["mypy"][-1:] == ("kgtools/b.py",)
    assert planned["tests/docs/test_commands.py"][-2:] == ("-k", "docs/a.md")
    assert planned["tests/a/test_b.py"][-1] == "tests/a/test_b.py"
    assert "mypy" not in {step.name for step in steps(("docs/a.md",), [])}


def test_what_did_not_fit_is_not_called_a_pass(capsys: pytest.CaptureFixture[str]) -> None:
    fine, wrong, slow = (
        Step(name, (sys.executable, "-c", code))
        for name, code in {
            "fine": "print('well')",
            "wrong": "import sys; sys.exit('broken here')",
            "slow": "import time; time.sleep(60)",
        }.items()
    )
    ended = run_steps([fine, wrong], time.monotonic() + 60)
    assert [done.outcome for done in ended] == ["passed", "failed"]
    late = run_steps([slow, fine], time.monotonic() - 1)
    assert [done.outcome for done in late] == ["not run", "not run"]
    assert report((*ended, *late)) == 1
    said = capsys.readouterr().out
    assert "broken here" in said
    assert "1 passed, 1 failed. 2 did not fit into the time; run 'make test'" in said
    assert report([Done(fine, "passed", "")]) == 0


def test_on_the_repository_it_lists_the_tests_of_a_module(capsys: pytest.CaptureFixture[str]) -> None:
    tests, untested = touched_tests(["kgtools/publish/release/parts.py", "kgtools/cli/validate_verb.py"], ROOT)
    assert "tests/release/test_build.py" in tests
    assert "tests/validation/test_general.py" in tests
    assert untested == ()
    assert main(["--since", "no-such-commit"]) == 2
    assert "Name a commit with --since" in capsys.readouterr().err


def test_what_the_pages_tell_people_to_make_is_not_taken_for_source(tmp_path: Path) -> None:
    made = {
        name
        for page in pages()
        for block in blocks(page)
        if block.is_shell
        for line in block.lines()
        for name in re.findall(r"(?:(?:-o|--output|--annotate|--store|--location)|\s>) ([\w./-]+)(?=\s|$)", line)
    }
    assert {"dist", "site/", "store", "spf-store", "utah.xlsx", "utah.docx"} <= made
    shutil.copy(ROOT / ".gitignore", tmp_path)
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    asked = "\n".join(sorted(name.rstrip("/") + "/" * ("." not in name) for name in made))
    ignored = subprocess.run(
        ["git", "check-ignore", "--stdin"], cwd=tmp_path, input=asked, capture_output=True, text=True, check=False
    )
    assert ignored.stdout.split() == asked.split()
