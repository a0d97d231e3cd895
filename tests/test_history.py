"""The graph of an earlier year: what held then, and 'not recorded for that year' for what nothing is known of."""

from __future__ import annotations

import csv
import io
from functools import cache

import pyoxigraph as ox
import pytest

from kgtools.answers.history import Past, as_of
from kgtools.cli.main import main
from kgtools.core.namespaces import ID, RDF, SKOS, SPF
from kgtools.core.project import Project
from kgtools.graph.reading import read_triples
from tests.conftest import ROOT

POLICY = ox.NamedNode(ID + "state-policy/x")


def fact(name: str, value: str | int) -> ox.Triple:
    target = ox.Literal(value) if isinstance(value, int) else ox.NamedNode(value)
    return ox.Triple(POLICY, ox.NamedNode(SPF + name), target)


def policy(status: str, **years: int) -> list[ox.Triple]:
    kind = ox.Triple(POLICY, ox.NamedNode(RDF + "type"), ox.NamedNode(SPF + "StatePolicy"))
    return [kind, fact("legalStatus", f"{ID}legal-status/{status}"), *(fact(k, v) for k, v in years.items())]


@cache
def today() -> tuple[ox.Triple, ...]:
    project = Project(ROOT)
    return tuple(t for file in (*project.ontology, *project.data) for t in read_triples(file))


@cache
def past(year: int) -> Past:
    return as_of(today(), year, Project(ROOT))


def status_in(year: int, triples: list[ox.Triple]) -> str:
    found = [t.object for t in as_of(triples, year, Project(ROOT)).triples if t.predicate.value == SPF + "legalStatus"]
    return found[0].value.rsplit("/", 1)[1] if found and isinstance(found[0], ox.NamedNode) else "not there"


@pytest.mark.parametrize(
    ("triples", "expected"),
    [
        (policy("in-force", yearAdopted=2005), "in-force"),
        (policy("in-force", yearAdopted=2010), "in-force"),
        (policy("in-force", yearAdopted=2011), "not there"),
        (policy("in-force", yearAdopted=2012, yearProposed=2009), "proposed"),
        (policy("repealed", yearAdopted=2005, yearEnded=2015), "in-force"),
        (policy("repealed", yearAdopted=2005, yearEnded=2010), "repealed"),
        (policy("expired", yearAdopted=2005), "unknown"),
        (policy("unknown", yearAdopted=2005), "unknown"),
        (policy("in-force"), "not there"),
        (policy("not-adopted", yearProposed=2009), "not-adopted"),
        (policy("proposed", yearProposed=2020), "not there"),
        (policy("proposed"), "not there"),
    ],
)
def test_the_status_that_a_policy_had_in_2010(triples: list[ox.Triple], expected: str) -> None:
    assert status_in(2010, triples) == expected


def test_what_is_left_out_is_counted() -> None:
    every = sum(t.object == ox.NamedNode(SPF + "StatePolicy") for t in today())
    left = sum(t.object == ox.NamedNode(SPF + "StatePolicy") for t in past(2010).triples)
    assert left + past(2010).later + past(2010).undated == every
    assert past(2010).later > 100
    assert past(2010).undated > 50


def test_nothing_points_to_what_is_left_out() -> None:
    described = {t.subject for t in past(2010).triples}
    dangling = {
        t.object
        for t in past(2010).triples
        if isinstance(t.object, ox.NamedNode) and t.object.value.startswith(ID) and t.object not in described
    }
    assert dangling == set()


def test_before_the_first_policy_no_answer_is_recorded_for_the_year() -> None:
    values = [t.object for t in past(1800).triples if t.predicate.value == SPF + "determinationValue"]
    nothing = ox.NamedNode(ID + "determination-value/not-reviewed")
    assert values == [nothing] * (56 * 41)
    labels = {t.object for t in past(1800).triples if t.subject == nothing and t.predicate.value == SKOS + "prefLabel"}
    assert labels == {ox.Literal("not recorded for that year", language="en")}


def test_a_look_tells_of_its_own_day_and_of_no_year_before() -> None:
    look = ox.NamedNode(ID + "inquiry/x")
    kind = ox.Triple(look, ox.NamedNode(RDF + "type"), ox.NamedNode(SPF + "Inquiry"))
    assert look not in {t.subject for t in as_of([*today(), kind], 2010, Project(ROOT)).triples}


def test_evidence_grows_with_the_years() -> None:
    counts = [sum(t.predicate.value == SPF + "evidence" for t in past(year).triples) for year in (1800, 2010, 2025)]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


@pytest.mark.parametrize("question", ["coverage", "gaps", "state-profile"])
def test_questions_are_asked_as_of_a_year(few: Project, capsys: pytest.CaptureFixture[str], question: str) -> None:
    asked = ["--project", str(few.root), "query", question, "-p", "state=NH", "--format", "csv"]
    assert main(asked) == 0
    now = capsys.readouterr().out
    assert main([*asked, "--as-of", "1995"]) == 0
    captured = capsys.readouterr()
    assert captured.out != now
    assert "whose year isn't known are left out" in captured.err
    if question == "gaps":
        answers = [row["answer"] for row in csv.DictReader(io.StringIO(captured.out))]
        assert "not recorded for that year" in answers
        assert {"not reviewed", "confirmed absent"}.isdisjoint(answers)


@pytest.mark.parametrize("year", ["last", "20", "99999", "-500"])
def test_what_is_no_year_is_refused(capsys: pytest.CaptureFixture[str], year: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["query", "coverage", f"--as-of={year}"])
    assert stopped.value.code == 2
    assert "is not a year" in capsys.readouterr().err


def test_a_store_has_no_years_to_go_back_to(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "coverage", "--as-of", "2010", "--store", "http://127.0.0.1:1/sparql"]) == 2
    assert "leave out --store" in capsys.readouterr().err
