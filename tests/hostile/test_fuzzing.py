"""Damaged files by every reader, and odd parameters: never a crash, a fault of ours, a traceback or a hang.

``make test`` tries a few of each, the same ones each time. ``make soak`` tries many, other ones each time; what it
finds goes into ``cases/``. ``KGTOOLS_FUZZ_CASES`` sets how many of each it tries.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.conftest import Figures
from tests.hostile.attacks import READERS
from tests.hostile.isolated import Isolated
from tests.hostile.mutating import damaged, damaged_package
from tests.hostile.seeds import query_seeds, rdf_seeds, record_seeds, shapes_seeds, table_seeds
from tests.hostile.test_attacks import assert_safe, run
from tests.measuring import needs_proc

pytestmark = needs_proc

FEW, MANY = 4, int(os.environ.get("KGTOOLS_FUZZ_CASES", "1000"))
_RDF = (".ttl", ".trig", ".nt", ".nq", ".jsonld", ".rdf")
READ_AS = {
    **{f"{ending} by {reader}": (ending, reader) for ending in _RDF for reader in ("diff", "validate")},
    **{f"{ending} by load": (ending, "load") for ending in (".trig", ".jsonld")},
    "shapes": (".ttl", "shapes"),
    "plan": (".ttl", "plan"),
    "query": (".rq", "sparql"),
    "records": (".yaml", "import"),
    "workbook": (".xlsx", "convert"),
    "CSV": (".csv", "project"),
}
"""The kinds of file that are damaged, each with its ending and the way in."""


def _strategy(kind: str, folder: Path, small: Path) -> st.SearchStrategy[bytes]:
    ending, _ = READ_AS[kind]
    if ending in {".xlsx", ".csv"}:
        book, tables = table_seeds(folder, small)
        return damaged_package(book) if ending == ".xlsx" else damaged(tables)
    made: dict[str, Callable[[], Sequence[bytes]]] = {
        "shapes": shapes_seeds,
        "plan": shapes_seeds,
        "query": query_seeds,
        "records": record_seeds,
    }
    return damaged(made.get(kind, lambda: rdf_seeds(ending))())


def _try(cases: int, *, same: bool, strategy: st.SearchStrategy[Any], check: Callable[[Any], None]) -> None:
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    chosen = settings(
        max_examples=cases,
        derandomize=same,
        deadline=None,
        database=None,
        suppress_health_check=quiet,
        phases=[Phase.generate],  # making a find smaller takes longer than finding it; the test's folder keeps it
    )
    chosen(given(strategy)(check))()


def _assert_damage_is_survived(
    kind: str, cases: int, isolated: Isolated, small: Path, folder: Path, *, same: bool
) -> None:
    ending, reader = READ_AS[kind]
    file = folder / f"case{ending}"

    def check(data: bytes) -> None:
        file.write_bytes(data)
        assert_safe(run(isolated, reader, file, small, folder))

    _try(cases, same=same, strategy=_strategy(kind, folder, small), check=check)


@pytest.mark.parametrize("kind", READ_AS)
def test_damaged_files_are_read_or_refused(kind: str, isolated: Isolated, small: Path, tmp_path: Path) -> None:
    _assert_damage_is_survived(kind, FEW, isolated, small, tmp_path, same=True)


@pytest.mark.soak
@pytest.mark.parametrize("kind", READ_AS)
def test_many_damaged_files_are_read_or_refused(
    kind: str, isolated: Isolated, small: Path, tmp_path: Path, figures: Figures
) -> None:
    _assert_damage_is_survived(kind, MANY, isolated, small, tmp_path, same=False)
    figures(f"{MANY} damaged files")


PARAMETERS = (
    ("gaps", "state"), ("next-steps", "state"), ("who-carries-out", "policy"), ("evidence", "policy"),
    ("compare", "states"), ("search", "text"), ("coverage", "nothing"), ("../gaps", "state"), ("gap\u202es", "state"),
)  # fmt: skip
_VALUES = st.one_of(
    st.text(st.characters(exclude_characters="\0", exclude_categories=[]), max_size=60),
    st.sampled_from(
        ["UT", "Utah", "ID,KY", "credit-by-demonstrated-mastery", "'", '"', "\\", "} UNION {", "\n", "9" * 5000]
    ),
)


def _assert_parameters_are_survived(cases: int, isolated: Isolated, small: Path, *, same: bool) -> None:
    def check(drawn: tuple[tuple[str, str], str, str]) -> None:
        (question, name), value, more = drawn
        written = f"{name}={value}{more}".encode("utf-8", "surrogatepass").replace(b"\0", b"")
        assert_safe(isolated.run("--project", str(small), "query", question, "-p", os.fsdecode(written)))

    strategy = st.tuples(st.sampled_from(PARAMETERS), _VALUES, _VALUES)
    _try(cases, same=same, strategy=strategy, check=check)


def test_odd_parameters_are_answered_or_refused(isolated: Isolated, small: Path) -> None:
    _assert_parameters_are_survived(FEW * 2, isolated, small, same=True)


@pytest.mark.soak
def test_many_odd_parameters_are_answered_or_refused(isolated: Isolated, small: Path, figures: Figures) -> None:
    _assert_parameters_are_survived(MANY, isolated, small, same=False)
    figures(f"{MANY} odd parameters")


def test_every_way_in_is_fuzzed_or_reads_as_another_does() -> None:
    assert READERS.keys() - {reader for _, reader in READ_AS.values()} == {"turtle", "accept"}
