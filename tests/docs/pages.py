"""What each page takes for granted: files that it tells the reader to write, and what placeholders stand for."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl

from tests.conftest import ROOT
from tests.docs.commands import write_block

Step = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class Page:
    """How to run the commands of a page.

    Attributes:
        before: what a reader has done before a command, such as filling in a workbook.
        stands_for: what to put in the place of a placeholder, or of the address of a server.
        status: the exit status of commands that show findings.
        elsewhere: commands that are not run here, with the reason and where they are.
    """

    before: Mapping[str, Step] = field(default_factory=dict)
    stands_for: Mapping[str, str] = field(default_factory=dict)
    status: Mapping[str, int] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=Reader", "-c", "user.email=reader@example.org", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
    )


def make_repository(folder: Path) -> None:
    """Put the project under version control, with two releases."""
    _git(folder, "init", "--quiet", "--initial-branch", "main")
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", "First")
    _git(folder, "tag", "v0.1.0")
    (folder / "CITATION.cff").write_text((folder / "CITATION.cff").read_text("utf-8") + "\n", encoding="utf-8")
    _git(folder, "commit", "--quiet", "--all", "--message", "Second")
    _git(folder, "tag", "v0.2.0")


def _fill_in(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "utah.xlsx")
    sheet = book["Policies"]
    columns = {str(cell.value).removesuffix(" *"): number for number, cell in enumerate(sheet[1], start=1)}
    rows = {sheet.cell(row, columns["Name"]).value: row for row in range(2, sheet.max_row + 1)}
    year = sheet.cell(rows["First Credential Program"], columns["Year adopted"])
    year.value = int(str(year.value)) - 1
    book["Submission"]["D2"].value = "Utah State Board of Education"
    book.save(folder / "utah.xlsx")


def _write_laws(folder: Path) -> None:
    shutil.copy(ROOT / "tests" / "workbook" / "lists" / "ohio.csv", folder / "laws.csv")


def _write_maryland(folder: Path) -> None:
    write_block("docs/how-to/submit-state-data.md", "turtle", folder / "maryland.ttl")


def _write_policy(folder: Path) -> None:
    write_block("docs/tutorials/first-hour.md", "yaml", folder / "my-policy.yaml")


def _write_two_folders(folder: Path) -> None:
    for name in ("old", "new"):
        (folder / name).mkdir()
        shutil.copy(folder / "data" / "states" / "ut.ttl", folder / name)


def _write_two_files(folder: Path) -> None:
    import pyoxigraph as ox

    mine = folder / "mine.ttl"
    shutil.copy(folder / "data" / "states" / "ut.ttl", mine)
    triples = (quad.triple for quad in ox.parse(path=str(mine)))
    (folder / "theirs.jsonld").write_bytes(ox.serialize(triples, format=ox.RdfFormat.JSON_LD) or b"")


OXIGRAPH = "starts a server; the soak run of the whole page does, and so does tests/release/test_loading.py"
ENVIRONMENT = "makes the environment that the tests run in; the soak run of the whole page does"
VIRTUOSO = "needs a running Virtuoso; tests/release/test_loading.py loads one"
WHOLE = "takes half a minute; the soak run of the whole page does it, and so does "

PAGES: Mapping[str, Page] = {
    "README.md": Page(
        status={"kgtools validate utah.xlsx": 1},
        elsewhere={"make run": ENVIRONMENT, "make test": "is what runs these tests"},
    ),
    "CONTRIBUTING.md": Page(
        before={"kgtools import --dry-run my-policy.yaml": _write_policy},
        elsewhere={
            "make test": "is what runs these tests",
            "make docs": "runs python -m tools.docs; the soak run of the first hour does",
            "make quick": "runs tests; tests/contributing does",
        },
    ),
    "docs/how-to/fill-in-the-workbook.md": Page(
        before={
            "kgtools template --from laws.csv --state OH -o ohio.xlsx": _write_laws,
            "kgtools validate utah.xlsx --annotate checked.xlsx": _fill_in,
        }
    ),
    "docs/how-to/review-every-year.md": Page(before={"kgtools import --dry-run my-policy.yaml": _write_policy}),
    "docs/how-to/run-the-server.md": Page(
        elsewhere={
            "pip install 'spf-kg[serve]'": ENVIRONMENT,
            "kgtools serve": "runs until it is stopped; tests/server starts it",
            "kgtools serve --store http://127.0.0.1:7878/query": "runs until it is stopped; "
            "tests/server/test_operations.py puts it before a store",
        }
    ),
    "docs/how-to/stores/oxigraph.md": Page(
        elsewhere={
            "pip install oxigraph": ENVIRONMENT,
            "oxigraph load --location store --file dist/spf-kg.nq": OXIGRAPH,
            "oxigraph serve-read-only --location store --bind 127.0.0.1:7878 --union-default-graph": OXIGRAPH,
        },
    ),
    "docs/how-to/stores/virtuoso.md": Page(
        elsewhere={
            "isql-vt 1111 dba dba exec=\"ld_dir('/data', 'spf-kg.nq', 'urn:none')\"": VIRTUOSO,
            'isql-vt 1111 dba dba exec="rdf_loader_run()"': VIRTUOSO,
            'isql-vt 1111 dba dba exec="checkpoint"': VIRTUOSO,
            "kgtools load --store http://127.0.0.1:8890/sparql": "needs a running Virtuoso; "
            "tests/questions/test_loading.py loads one",
            "kgtools validate --store http://127.0.0.1:8890/sparql": "needs a running Virtuoso; "
            "tests/shacl/test_stores.py validates one",
            "kgtools query coverage -p state=UT --store http://127.0.0.1:8890/sparql": "needs a running Virtuoso; "
            "tests/questions/test_engines.py asks every question there",
        },
    ),
    "docs/how-to/see-what-changed.md": Page(
        before={
            "kgtools diff old/ new/": _write_two_folders,
            "kgtools diff mine.ttl theirs.jsonld": _write_two_files,
        },
    ),
    "docs/how-to/submit-state-data.md": Page(
        before={
            "kgtools template --from laws.csv --state OH -o ohio.xlsx": _write_laws,
            "kgtools validate maryland.ttl": _write_maryland,
        }
    ),
    "docs/reference/validation.md": Page(
        before={"kgtools validate FILE…": _write_maryland},
        stands_for={
            "kgtools validate --shapes SHAPES…": "kgtools validate --shapes shapes/submission.ttl",
            "FILE… --shapes SHAPES…": "ontology/core.ttl --shapes shapes/ontology-style.ttl shapes/submission.ttl",
            "--context FILE…": "--context ontology/core.ttl data/reference/*.ttl",
            "FILE…": "maryland.ttl",
            "[NAME]": "state-policy",
        },
    ),
    "docs/tutorials/first-hour.md": Page(
        before={"kgtools import --dry-run my-policy.yaml": _write_policy},
        status={"kgtools validate utah.xlsx": 1, "kgtools validate mine.ttl": 1},
        elsewhere={
            "make run": ENVIRONMENT,
            ". .venv/bin/activate": ENVIRONMENT,
            "pip install oxigraph": ENVIRONMENT,
            "kgtools build -o dist": WHOLE + "tests/release",
            "(cd dist && sha256sum --quiet -c SHA256SUMS && echo intact)": WHOLE + "tests/release",
            "oxigraph load --location store --file dist/spf-kg.nq": OXIGRAPH,
            "oxigraph serve-read-only --location store --bind 127.0.0.1:7878 --union-default-graph &": OXIGRAPH,
            "sleep 3": OXIGRAPH,
            "kill %1": OXIGRAPH,
            "make docs": "runs python -m tools.check.generated; the soak run of the whole page does",
            "python -m tools.check --fail-on violation": WHOLE + "tests/check",
        },
    ),
}
"""The pages that need more than their commands."""
