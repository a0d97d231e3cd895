"""What people type most, for the help of each verb; a long test runs all of it, in order, from an installed wheel."""

from __future__ import annotations

from typing import Final

EXAMPLES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "tour": (("kgtools tour", "start here"),),
    "info": (("kgtools info", "what the graph holds"),),
    "query": (
        ("kgtools query", "the questions"),
        ("kgtools query coverage -p state=UT", "what Utah has, by condition"),
        ("kgtools query gaps -p state=UT -o gaps.xlsx", "what Utah lacks, as a workbook"),
    ),
    "search": (
        ("kgtools search work-based learning", "all these words, in any order"),
        ("kgtools search ohio credit flexibility", "Ohio's records first"),
    ),
    "sparql": (
        ('kgtools sparql "SELECT ?name WHERE { ?p a spf:StatePolicy ; skos:prefLabel ?name } LIMIT 5"', ""),
        ("kgtools sparql -f mine.rq -o mine.csv", "a query in a file, its answer in another"),
    ),
    "load": (
        ("kgtools load --store graph", "into a folder; no server is needed"),
        ("kgtools query coverage -p state=UT --store graph", "ask it"),
    ),
    "template": (
        ("kgtools template --state UT -o utah.xlsx", "what is on record of Utah, to correct"),
        ("kgtools template --state UT --empty -o empty.xlsx", "nothing filled in"),
    ),
    "convert": (("kgtools convert utah.xlsx -o utah.ttl", "a workbook as Turtle; the endings say which"),),
    "validate": (
        ("kgtools validate", "the project's own graph"),
        ("kgtools validate utah.xlsx", "a state's workbook, or Turtle, JSON-LD, CSV"),
        ("kgtools validate utah.xlsx --annotate checked.xlsx", "mark the wrong cells in a copy"),
    ),
    "accept": (("kgtools accept utah.xlsx --dry-run", "what would change, and why not"),),
    "export": (("kgtools export -o tables", "a CSV file for each kind of record"),),
    "explain": (("kgtools explain record.name.missing", "a rule that a report named; 'kgtools rules' lists them"),),
    "rules": (("kgtools rules state-policy", "the rules for state policies"),),
    "memo": (
        ("kgtools memo UT -o utah.docx", "one page in Word"),
        ("kgtools memo Utah --length long -o utah.html", "with all evidence"),
    ),
    "site": (("kgtools site -o site", "open site/index.html in a browser"),),
    "serve": (("kgtools serve --port 8000", "then open http://127.0.0.1:8000/"),),
    "mcp": (("kgtools mcp", "an assistant starts this"),),
    "import": (("kgtools import --dry-run records.yaml", "check records, change nothing"),),
    "diff": (
        ("kgtools diff utah.ttl new.ttl", "two files, folders, stores or endpoints"),
        ("kgtools diff HEAD", "in a clone: what you have changed since the last commit"),
    ),
    "build": (("kgtools build -o dist", "a release, for triple stores and data tools"),),
    "doctor": (("kgtools doctor", "what works here, and what to install"),),
    "fmt": (
        ("kgtools fmt utah.ttl", "rewrite one file"),
        ("kgtools fmt --check", "which of the project's files are not canonical"),
    ),
}


def epilog(verb: str) -> str:
    """The examples of a verb as its help shows them.

    Args:
        verb: its name.
    """
    shown = EXAMPLES[verb]
    width = max(len(command) for command, _ in shown)
    lines = [f"  {command:{width}}  {what and '# ' + what}".rstrip() for command, what in shown]
    return "\n".join(("examples:", *lines))
