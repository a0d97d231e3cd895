"""The command line of ``python -m tools.check``: choice, profile, severities, formats, exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.check.command import main
from tools.check.model import Check, CheckReport, Exempted, Found, Outcome
from tools.check.render import FORMATS

NASTY = '<script>alert("x")</script> `code` | \x1b[31mred\x1b[0m'


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(arguments)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_checks_are_listed_with_severity_and_title(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "--list")
    assert status == 0
    assert len(out.splitlines()) >= 35
    assert "orphan                         violation  Nothing uses a record" in out


def test_a_check_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "orphan", "--describe")
    assert status == 0
    assert "Solution  Link it from the record it belongs to, or remove it." in out


def test_a_passing_check_exits_0(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "orphan", "imports")
    assert status == 0
    assert out.startswith("2 checks in ")
    assert out.endswith(" s of processor time found nothing wrong.\n")


def test_the_time_of_each_check_is_listed_beside_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, err = run(capsys, "orphan", "imports", "--times")
    assert out.startswith("2 checks in ")
    assert sorted(line.rpartition(" s  ")[2] for line in err.splitlines()) == ["imports", "orphan"]


def test_an_unknown_check_is_refused_with_a_guess(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "orphans")
    assert (status, out) == (2, "")
    assert "There is no check called 'orphans'. Did you mean 'orphan'?" in err


@pytest.mark.parametrize(
    ("profile", "message"),
    [
        ("x = ", "This is not valid TOML"),
        ('[severity]\norphan = "fatal"\n', "The severity of orphan is 'fatal'; use one of violation, warning, info."),
        ('[severity]\norphans = "info"\n', "There is no check called 'orphans'. Did you mean 'orphan'?"),
        ('[[exception]]\ncheck = "orphan"\nsubject = "x"\n', "An exception has no reason; each needs all three."),
        ('[[exception]]\ncheck = "orphan"\nsubject = "x"\nreason = "so"\n', "needs a reason that somebody can judge"),
    ],
)
def test_a_wrong_profile_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, profile: str, message: str
) -> None:
    file = tmp_path / "profile.toml"
    file.write_text(profile)
    status, _, err = run(capsys, "orphan", "--profile", str(file))
    assert status == 2
    assert message in err


def test_the_data_of_a_wheel_is_not_checked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name in ("ontology", "shapes", "data", "queries"):
        (tmp_path / name).mkdir()
    (tmp_path / "ontology" / "core.ttl").touch()
    assert main(["--project", str(tmp_path)]) == 2
    assert "Run this in a clone" in capsys.readouterr().err


def report() -> CheckReport:
    check = Check("nasty", "A title", "A problem.", "A solution.", "An example", lambda _: (), "Files")
    mild = Check("mild", "Another title", "A problem.", "A solution.", "An example", lambda _: (), "Files")
    found = Found(NASTY, "https://example.org/x", "data/x.ttl", 7)
    excused = Exempted(Found("Known.", "https://example.org/y"), "It is right as it is.")
    return CheckReport(
        (Outcome(check, "violation", (found,), (excused,), 0.5), Outcome(mild, "info", (found,), (), 0.1))
    )


def test_each_level_to_fail_on() -> None:
    only_info = CheckReport(report().outcomes[1:])
    assert [only_info.exit_status(level) for level in ("violation", "warning", "info", "never")] == [0, 0, 1, 0]
    assert [report().exit_status(level) for level in ("violation", "warning", "info", "never")] == [1, 1, 1, 0]


@pytest.mark.parametrize("format_", FORMATS)
def test_each_format_tells_what_was_found_and_where(format_: str) -> None:
    text = FORMATS[format_](report())
    assert "data/x.ttl" in text
    assert "A solution." in text or format_ == "json"
    assert "\x1b" not in text


def test_hostile_text_is_escaped() -> None:
    assert "<script>" not in FORMATS["html"](report())
    assert "<script>" not in FORMATS["md"](report())


def test_json_holds_every_check_and_the_reasons_of_exceptions() -> None:
    document = json.loads(FORMATS["json"](report()))
    assert document["counts"] == {"violation": 1, "warning": 0, "info": 1}
    assert document["checks"][0]["found"] == [
        {"message": NASTY, "subject": "https://example.org/x", "file": "data/x.ttl", "line": 7}
    ]
    assert document["checks"][0]["excused"][0]["reason"] == "It is right as it is."


def test_sarif_names_rule_level_and_line() -> None:
    run = json.loads(FORMATS["sarif"](report()))["runs"][0]
    assert run["tool"]["driver"]["name"] == "python -m tools.check"
    assert [(r["ruleId"], r["level"]) for r in run["results"]] == [("nasty", "error"), ("mild", "note")]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("data/x.ttl", 7)
