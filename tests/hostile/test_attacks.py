"""Whatever comes in: exit 0, 1 or 2, a sentence, little time and memory, no network, nothing of what is forbidden."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.attacks import RDF, READERS, Attack, attacks
from tests.hostile.isolated import Isolated, Outcome
from tests.measuring import needs_proc

CANARY = Path("/tmp/kgtools-tests/a-file-that-nobody-may-see")
SECRET = "canary-7f3a"
SECONDS, MEGABYTES = 10, 700
# A list of a million nodes is two million triples; at 4,000 MB kgtools ends itself.
LARGE_SECONDS, LARGE_MEGABYTES = 60, 3_500
CASES = Path(__file__).parent / "cases"
ATTACKS = list(attacks(CANARY))
_DATA = '<http://x/a> <http://x/b> "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!" , "1" .'
_SHAPES = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> . <http://x/S> a sh:NodeShape ; sh:targetSubjectsOf <http://x/b> ; "
    "sh:property [ sh:path <http://x/b> ; sh:nodeKind sh:IRI ; sh:minInclusive 5 ; sh:maxExclusive 1e3 ] ."
)
_RDF_ENDINGS = {".ttl", ".trig", ".nt", ".nq", ".jsonld", ".rdf", ".owl"}

pytestmark = needs_proc


@pytest.fixture(autouse=True)
def _canary() -> Iterator[None]:
    CANARY.parent.mkdir(exist_ok=True)
    CANARY.write_text(f"{SECRET} <http://x/s> <http://x/p> <http://x/{SECRET}> .", encoding="utf-8")
    yield
    assert CANARY.exists()


def run(server: Isolated, reader: str, file: Path, small: Path, out: Path) -> Outcome:
    data, shapes = out / "data.ttl", out / "shapes.ttl"
    data.write_text(_DATA, encoding="utf-8")
    shapes.write_text(_SHAPES, encoding="utf-8")
    places = {"file": file, "data": data, "shapes": shapes, "out": out}
    arguments = [part.format(**places) for part in READERS[reader]]
    project = () if "--shapes" in arguments else ("--project", str(small))
    return server.run(*project, *arguments, seconds=LARGE_SECONDS, forbidden=[str(CANARY)])


def assert_safe(outcome: Outcome, *, large: bool = False) -> None:
    seconds, megabytes = (LARGE_SECONDS, LARGE_MEGABYTES) if large else (SECONDS, MEGABYTES)
    assert not outcome.faults(seconds=seconds, megabytes=megabytes)
    assert SECRET not in outcome.told
    assert not set("\x1b\x07\u202e\u2066\u200b") & set(outcome.told)


def test_every_attack_has_a_name_of_its_own_and_every_kind_has_one() -> None:
    assert not [name for name, times in Counter(attack.file for attack in ATTACKS).items() if times > 1]
    assert len({attack.kind for attack in ATTACKS}) >= 19
    assert {reader for attack in ATTACKS for reader in attack.readers} <= READERS.keys()


@pytest.mark.parametrize("attack", [a for a in ATTACKS if not a.is_large], ids=lambda attack: attack.file)
def test_an_attack_is_told_in_a_sentence(attack: Attack, isolated: Isolated, small: Path, tmp_path: Path) -> None:
    _assert_told(attack, attack.readers[:2], isolated, small, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("attack", [a for a in ATTACKS if a.is_large], ids=lambda attack: attack.file)
def test_a_large_attack_is_told_in_a_sentence(attack: Attack, isolated: Isolated, small: Path, tmp_path: Path) -> None:
    _assert_told(attack, attack.readers, isolated, small, tmp_path)


def _assert_told(attack: Attack, readers: tuple[str, ...], isolated: Isolated, small: Path, tmp_path: Path) -> None:
    file = attack.write(tmp_path)
    for reader in readers:
        outcome = run(isolated, reader, file, small, tmp_path)
        assert_safe(outcome, large=attack.is_large)
        if attack.says and reader != "plan":
            assert attack.says in " ".join(outcome.told.split())
            assert outcome.status == 2 or attack.kind == "control characters"


@pytest.mark.soak
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.file)
def test_an_attack_by_every_way_in(attack: Attack, isolated: Isolated, small: Path, tmp_path: Path) -> None:
    file = attack.write(tmp_path)
    for reader in {*attack.readers, *(RDF if file.suffix in _RDF_ENDINGS else ())}:
        assert_safe(run(isolated, reader, file, small, tmp_path), large=attack.is_large)


@pytest.mark.parametrize("file", sorted(CASES.glob("*")), ids=lambda file: file.name)
def test_a_case_that_fuzzing_found_stays_fixed(file: Path, isolated: Isolated, small: Path, tmp_path: Path) -> None:
    others = {".rq": ("sparql",), ".yaml": ("import",)}
    for reader in others.get(file.suffix, RDF if file.suffix in _RDF_ENDINGS else ("project", "convert")):
        assert_safe(run(isolated, reader, file, small, tmp_path))
