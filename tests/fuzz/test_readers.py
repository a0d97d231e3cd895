"""Each reader under atheris for a while, begun from real files; a crash, a fault of ours or a hang fails the test.

``KGTOOLS_FUZZ_SECONDS`` sets how long each is fuzzed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import ROOT, Figures
from tests.hostile.conftest import small
from tests.hostile.seeds import rdf_seeds, record_seeds, request_seeds, shapes_seeds, table_seeds

__all__ = ["small"]

SECONDS = int(os.environ.get("KGTOOLS_FUZZ_SECONDS", "30"))
_SEEDS: dict[str, Callable[[], Sequence[bytes]]] = {
    "turtle": lambda: rdf_seeds(".ttl"),
    "json-ld": lambda: rdf_seeds(".jsonld"),
    "rdf-xml": lambda: rdf_seeds(".rdf"),
    "n-quads": lambda: rdf_seeds(".nq"),
    "shapes": shapes_seeds,
    "records": record_seeds,
    "format": lambda: rdf_seeds(".ttl"),
    "http": request_seeds,
}
_TABLES = ("csv", "workbook")

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(find_spec("atheris") is None, reason="atheris is not installed; make soak installs it"),
]


@pytest.mark.parametrize("reader", [*_SEEDS, *_TABLES])
def test_a_reader_withstands_guided_fuzzing(reader: str, small: Path, tmp_path: Path, figures: Figures) -> None:
    corpus, folder = tmp_path / "corpus", tmp_path / "work"
    corpus.mkdir()
    folder.mkdir()
    for number, seed in enumerate(_seeds(reader, tmp_path, small)):
        (corpus / str(number)).write_bytes(seed)
    options = [f"-max_total_time={SECONDS}", "-timeout=60", "-rss_limit_mb=2000", "-max_len=20000"]
    found = [f"-artifact_prefix={folder}/", str(corpus)]
    module = ["tests.fuzz.http"] if reader == "http" else ["tests.fuzz.readers", reader]
    done = subprocess.run(
        [sys.executable, "-m", *module, str(small), str(folder), *options, *found],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=SECONDS * 10 + 300,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    tried = re.search(r"Done (\d+) runs", done.stderr)
    assert tried is not None
    assert int(tried[1]) > 0
    figures(f"{tried[1]} inputs in {SECONDS} s")


def _seeds(reader: str, folder: Path, project: Path) -> Sequence[bytes]:
    if reader in _SEEDS:
        return _SEEDS[reader]()
    book, tables = table_seeds(folder, project)
    return [book] if reader == "workbook" else tables
