"""The command line as a whole: help, exit statuses, and no traceback for anything a user can cause."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from kgtools.cli.examples import EXAMPLES
from kgtools.cli.main import VERBS, arguments_of, main
from kgtools.core.project import Project
from kgtools.core.version import version


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kgtools", *arguments], cwd=cwd, capture_output=True, text=True, timeout=60, check=False
    )


def test_help_lists_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    text = capsys.readouterr().out
    assert stopped.value.code == 0
    assert all(f"    {verb} " in text for verb in VERBS)


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_each_verb_has_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([verb, "--help"])
    assert stopped.value.code == 0
    assert f"usage: kgtools {verb}" in capsys.readouterr().out


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_each_verb_shows_examples_that_it_takes(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([verb, "--help"])
    shown = capsys.readouterr().out.partition("\nexamples:\n")[2]
    assert EXAMPLES[verb]
    for command, what in EXAMPLES[verb]:
        assert command in shown
        assert what in shown
        program, *arguments = shlex.split(command)
        assert program == "kgtools"
        parsed = arguments_of(arguments)  # argparse ends with 2 where it can't take them
        assert parsed.run is not None
    assert EXAMPLES[verb][0][0].split()[1] == verb


def test_no_verb_is_without_examples() -> None:
    assert set(EXAMPLES) == set(VERBS)


def test_an_unknown_verb_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["frobnicate"])
    assert stopped.value.code == 2
    assert "invalid choice: 'frobnicate'" in capsys.readouterr().err


def test_info_counts_what_the_project_promises(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "--format", "json"]) == 0
    counts = json.loads(capsys.readouterr().out)
    assert counts["version"] == version()
    assert counts["conditions"] == 8
    assert counts["transformative_policies"] >= 32
    assert counts["implementation_actions"] >= 32
    assert counts["state_examples"] >= 24
    assert counts["state_policies"] >= 500
    assert counts["state_policies"] == counts["state_policies_with_source"]
    assert counts["jurisdictions_with_policies"] == 51
    assert counts["external_ratings"] == 101
    assert counts["determinations_with_evidence"] >= 245


def test_info_as_text_has_a_line_for_each_count(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "8  conditions" in {line.strip() for line in lines}
    numbers = [re.match(r" *[\d,]+(?=  )", line) for line in lines]
    assert len({number.end() for number in numbers if number}) == 1
    assert all(numbers)


def test_output_goes_to_the_file_that_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "counts.json"
    assert main(["info", "-o", str(target)]) == 0
    assert json.loads(target.read_text(encoding="utf-8"))["conditions"] == 8
    assert capsys.readouterr().out == ""


def test_a_folder_that_is_no_project_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--project", str(tmp_path), "info"]) == 2
    assert "isn't a folder of this project: it has no ontology/, shapes/, data/, queries/." in capsys.readouterr().err


def test_it_works_from_any_folder(tmp_path: Path) -> None:
    done = run("info", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "conditions" in done.stdout


def test_a_reader_that_stops_early_is_no_failure(project: Project) -> None:
    command = f"{sys.executable} -m kgtools info | head -1"
    done = subprocess.run(["bash", "-c", command], cwd=project.root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_fault_of_ours_is_exit_three_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError("boom")

    monkeypatch.setattr("kgtools.cli.info_verb.count", broken)
    assert main(["info"]) == 3
    said = capsys.readouterr().err
    assert "This is a fault in kgtools, not in what you did: ZeroDivisionError: boom." in said
    assert "Traceback" not in said
    for asked in (["--debug", "info"], ["info", "--debug"]):
        assert main(asked) == 3
        assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("asked", [["--project", "{}", "info"], ["info", "--project", "{}"]])
def test_the_project_may_be_named_before_the_verb_and_after_it(
    asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([part.format(tmp_path) for part in asked]) == 2
    assert f"{tmp_path} isn't a folder of this project" in capsys.readouterr().err


def test_fmt_finds_and_mends_what_is_not_canonical(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.ttl"
    file.write_text(
        '@prefix spf: <https://w3id.org/spf-kg/ontology#> .\nspf:b spf:c 1 . spf:a spf:c "x" .', encoding="utf-8"
    )
    assert main(["fmt", "--check", str(file)]) == 1
    assert capsys.readouterr().out == f"{file}\n"
    assert main(["fmt", str(file)]) == 0
    assert main(["fmt", "--check", str(file)]) == 0
    assert file.read_text(encoding="utf-8").endswith('spf:a spf:c "x" .\n\nspf:b spf:c 1 .\n')


def test_fmt_says_where_a_file_is_broken_and_leaves_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.ttl"
    file.write_text("<a:b> <a:c> <a:d>\n<a:e> <a:f> <a:g> .", encoding="utf-8")
    assert main(["fmt", str(file)]) == 2
    assert f"{file}:2:" in capsys.readouterr().err
    assert file.read_text(encoding="utf-8").startswith("<a:b>")


@pytest.mark.parametrize(("typed", "expected"), [([], "tour"), (["info"], "info"), (["query", "gaps"], "query")])
def test_the_command_named_after_the_package_begins_with_the_tour(
    typed: list[str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kgtools.cli import main as module

    given: list[list[str]] = []

    def remember(words: list[str]) -> int:
        given.append(words)
        return 0

    monkeypatch.setattr(module, "main", remember)
    monkeypatch.setattr("sys.argv", ["spf-kg", *typed])
    with pytest.raises(SystemExit) as ended:
        module.run_package()
    assert ended.value.code == 0
    assert given[0][0] == expected
