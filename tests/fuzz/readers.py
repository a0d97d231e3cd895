"""A reader under atheris, which lets the coverage of kgtools' own code guide what it tries.

``python -m tests.fuzz.readers READER PROJECT FOLDER [libFuzzer options]`` runs until it finds a fault, which it writes
to FOLDER, or until the time in the options is over. The project should be a small one.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import atheris

READERS: Final = {
    "turtle": (".ttl", ("diff", "{file}", "{file}")),
    "json-ld": (".jsonld", ("diff", "{file}", "{file}")),
    "rdf-xml": (".rdf", ("diff", "{file}", "{file}")),
    "n-quads": (".nq", ("diff", "{file}", "{file}")),
    "shapes": (".ttl", ("explain", "--plan", "{file}")),
    "records": (".yaml", ("import", "--dry-run", "{file}")),
    "csv": (".csv", ("convert", "{file}", "-o", "{out}")),
    "workbook": (".xlsx", ("convert", "{file}", "-o", "{out}")),
    "format": (".ttl", ("fmt", "--check", "{file}")),
}
"""The readers, each with the ending of its files and its command line."""


def one_input(reader: str, project: str, folder: Path) -> Callable[[bytes], None]:
    """What atheris calls with each input; an exception or a crash is a find."""
    from kgtools.cli.main import main

    ending, command = READERS[reader]
    file, out = folder / f"case{ending}", folder / "out.ttl"
    arguments = ["--project", project, *(part.format(file=file, out=out) for part in command)]

    def test(data: bytes) -> None:
        file.write_bytes(data)
        told = io.StringIO()
        with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
            status = main(arguments)
        if status not in {0, 1, 2} or "Traceback" in told.getvalue() or (status == 2 and not told.getvalue()):
            raise AssertionError(f"status {status}: {told.getvalue()[:500]}")

    return test


def run() -> None:
    """Read the command line, and fuzz."""
    reader, project, folder, *options = sys.argv[1:]
    os.environ["NO_COLOR"] = "1"
    with atheris.instrument_imports(include=["kgtools"]):
        test = one_input(reader, project, Path(folder))
        test(b"")  # imports what the verb imports late
    atheris.Setup([sys.argv[0], *options], test)
    atheris.Fuzz()


if __name__ == "__main__":
    run()
