"""The audit says when it could not be made, and never takes a skipped package for a sound one."""

from __future__ import annotations

import json

from tools.audit import read_audit

SOUND = {"name": "rdflib", "version": "7.6.0", "vulns": []}
UNSOUND = {"name": "lxml", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}
SKIPPED = {"name": "zipp", "skip_reason": "Dependency not found"}


def output(*packages: object) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def test_no_vulnerability() -> None:
    assert read_audit(output(SOUND), "") == read_audit(output(SOUND), "No known vulnerabilities found\n")
    assert read_audit(output(SOUND), "").status == 0
    assert read_audit(output(SOUND), "").lines == ("No known vulnerability in 1 packages.",)


def test_a_vulnerability_is_told_with_what_mends_it() -> None:
    audit = read_audit(output(SOUND, UNSOUND), "")
    assert audit.status == 1
    assert audit.lines[0] == "lxml 1.0: PYSEC-1, fixed in 1.1"


def test_a_service_that_is_not_reached_is_no_pass() -> None:
    audit = read_audit("", "Traceback\nConnectionError: Failed to resolve host\n")
    assert audit.status == 2
    assert audit.lines == (
        "Nothing was audited, because the vulnerability service could not be reached.",
        "ConnectionError: Failed to resolve host",
    )


def test_skipped_packages_are_no_pass() -> None:
    assert read_audit(output(SOUND, SKIPPED), "").status == 2
    assert read_audit(output(), "").status == 2
    assert read_audit(output(UNSOUND, SKIPPED), "").lines[0].startswith("lxml 1.0")
