"""``python -m tools.new question NAME`` and ``… check NAME``: the files that a new one begins with.

Both write something that runs and a test that fails, so that the next step is always visible.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from kgtools.core.errors import UserError
from kgtools.core.project import Project
from kgtools.graph.projects import find_project
from kgtools.graph.writing import write_files
from tools.check.generated import generated_pages
from tools.check.registry import all_checks
from tools.running import run_tool

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_QUESTION: Final = """#+ summary: Which state policies …?
#+ description: >
#+   Say in a sentence or two what the rows are, in which order, and what is left out.
#+ tags: [policy analyst]
#+ parameters:
#+   - name: state
#+     type: jurisdiction
#+     description: Only these jurisdictions, by USPS code or name.
#+     many: true
#+ columns:
#+   - {name: usps, description: the jurisdiction's postal code}
#+   - {name: state_policy, description: its name}
#+   - {name: policy, description: its short name}
#+ example: kgtools query NAME -p state=UT
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX spf: <https://w3id.org/spf-kg/ontology#>

SELECT ?usps ?state_policy ?policy
WHERE {
  # VALUES ?_state { <https://w3id.org/spf-kg/id/jurisdiction/ut> }
  ?did a spf:StatePolicy ; spf:jurisdiction ?_state ; skos:prefLabel ?name .
  ?_state spf:uspsCode ?usps .
  BIND(STR(?name) AS ?state_policy)
  BIND(STRAFTER(STR(?did), "/id/state-policy/") AS ?policy)
}
ORDER BY ?usps ?policy
"""
_ROWS: Final = """usps,state_policy,policy
write here,the rows that you worked out by hand from tests/questions/fixture.ttl,
"""
_ROWS_ASKED_FOR: Final = '''}
"""What each question is asked of the fixture'''

_CHECK: Final = """#+ title: Say in a few words what is wrong
#+ problem: Say what that means for a reader, and why it matters.
#+ solution: Say what to do.
#+ example: 'state-policy:x spf:citation "  "'
#+ message: 'Say of {subject} what is wrong, and how to fix it.'
PREFIX spf: <https://w3id.org/spf-kg/ontology#>

SELECT DISTINCT ?subject WHERE {
  ?subject a spf:StatePolicy .
  FILTER(false)
}
"""
_CASE: Final = """    "NAME": [
        Case(
            "Say of state-policy:x what is wrong",
            append=in_utah("# Write here, as Turtle, a record that the check must find."),
        )
    ],
"""
_CASES_BEGIN: Final = "CASES: dict[str, list[Case]] = {\n"


class NewError(UserError):
    """The name can't be used, or is in use."""


def main(arguments: Sequence[str]) -> int:
    """Run ``python -m tools.new`` with arguments, and give its exit status."""
    return run_tool(
        "new", "Begin a question or a check: its file, its page, its test.", _add_arguments, _run, arguments
    )


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=tuple(_KINDS), help="what to begin")
    parser.add_argument("name", metavar="NAME", help="its name: small letters and hyphens, such as who-could-act")


def _run(options: argparse.Namespace) -> int:
    project = find_project(options.project)
    name = options.name
    if not _NAME.fullmatch(name):
        raise NewError(f"“{name}” can't be a name. Use small letters, digits and hyphens, such as who-could-act.")
    contents, next_step = _KINDS[options.kind](project, name)
    write_files(contents, within=project.root)
    pages = generated_pages(project, all_checks(project))
    fresh = {path: text for path, text in pages.items() if not path.exists() or path.read_text("utf-8") != text}
    write_files(fresh, within=project.root)
    for path in sorted({*contents, *fresh}):
        print(f"wrote {path.relative_to(project.root)}")
    print(next_step)
    return 0


def new_question(project: Project, name: str) -> tuple[Mapping[Path, str], str]:
    """The files of a new question, and what to do next."""
    tests = project.root / "tests" / "questions"
    asking = tests / "asking.py"
    query = _free(project.root / "queries" / "answers" / f"{name}.rq")
    rows = _free(tests / "expected" / f"{name}.csv")
    asked = _with(asking, _ROWS_ASKED_FOR, f'    "{name}": {{"state": "UT"}},\n' + _ROWS_ASKED_FOR)
    contents = {query: _QUESTION.replace("NAME", name), rows: _ROWS, asking: asked}
    return contents, (
        f"Now write the question in queries/answers/{name}.rq and its rows in tests/questions/expected/{name}.csv. "
        "Its test fails until they agree: "
        f"python -m pytest -n0 tests/questions/test_fixture.py -k {name}. Then run 'make docs'."
    )


def new_check(project: Project, name: str) -> tuple[Mapping[Path, str], str]:
    """The files of a new check, and what to do next."""
    query = _free(project.root / "queries" / "checks" / f"{name}.rq")
    if name in {check.name for check in all_checks(project)}:
        raise NewError(f"There is a check {name} in tools/check already; choose another name.")
    cases = project.root / "tests" / "check" / "cases.py"
    case = _with(cases, _CASES_BEGIN, _CASES_BEGIN + _CASE.replace("NAME", name))
    return {query: _CHECK, cases: case}, (
        f"Now write the check in queries/checks/{name}.rq and a record that it finds in tests/check/cases.py. "
        f"Its test fails until it is found: python -m pytest -n0 tests/check/test_checks.py -k {name}. "
        "Then run 'make docs'."
    )


_KINDS: Final = {"question": new_question, "check": new_check}


def _free(file: Path) -> Path:
    if file.exists():
        raise NewError(f"{file} is there already; choose another name, or change that file.")
    return file


def _with(file: Path, old: str, new: str) -> str:
    """The text of a file with one place changed."""
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    if text.count(old) != 1:
        raise NewError(f"{file} is not as python -m tools.new expects it; add the test there by hand.")
    return text.replace(old, new)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
