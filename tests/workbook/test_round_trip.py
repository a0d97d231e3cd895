"""Graph to tables and back gives the same graph: for each jurisdiction, for the whole graph, and for random ones."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kgtools.core.namespaces import ID, OWL, RDF, SKOS, SPF, XSD
from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.schema.model import ValueKind
from kgtools.tables.cells import Grid
from kgtools.tables.context import Context
from kgtools.tables.convert import LoadedTable, load, written
from kgtools.tables.export import export_files
from kgtools.tables.folder import folder_texts, read_folder
from kgtools.tables.names import Names
from kgtools.tables.reading import TableReading, read_grids
from kgtools.tables.schema import SUBMISSION_KINDS, Column
from kgtools.tables.spoiled import repaired
from kgtools.tables.tables import build_tables
from kgtools.tables.xlsx_reader import read_workbook
from kgtools.tables.xlsx_writer import WorkbookPlan, workbook_bytes
from tests.conftest import FEW_OR_WHOLE, ROOT
from tests.workbook.conftest import DAY


@pytest.fixture(scope="module", params=FEW_OR_WHOLE)
def project(request: pytest.FixtureRequest, few: Project) -> Project:
    return few if request.param == "few" else Project(ROOT)


@pytest.fixture(scope="module")
def context(project: Project) -> Context:
    return Context.of(project, Files())


@pytest.fixture(scope="module")
def names(context: Context) -> Names:
    return context.names()


@pytest.fixture(scope="module")
def jurisdictions(context: Context, names: Names) -> list[ox.NamedNode]:
    return [ox.NamedNode(iri) for iri in names.members([SPF + "Jurisdiction"])]


def as_workbook(triples: Iterable[ox.Triple], context: Context, names: Names, file: Path) -> list[Grid]:
    tables = build_tables(triples, context.schema, names)
    file.write_bytes(workbook_bytes(WorkbookPlan(tables, context.schema.for_submission(), names)))
    return read_workbook(file, Files())


def as_folder(triples: Iterable[ox.Triple], context: Context, names: Names, folder: Path) -> list[Grid]:
    tables = build_tables(triples, context.schema, names)
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, text in folder_texts(tables, context.schema.for_submission()).items():
        (folder / name).write_bytes(text.encode())
    return read_folder(folder, Files())


def canonical(triples: Iterable[ox.Triple]) -> set[ox.Triple]:
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return {quad.triple for quad in dataset}


def assert_same(triples: set[ox.Triple], reading: TableReading) -> None:
    assert [str(p) for p in reading.problems] == []
    assert reading.triples == triples or canonical(reading.triples) == canonical(triples)


def test_each_jurisdiction_survives_the_workbook_and_the_folder(
    project: Project, context: Context, names: Names, jurisdictions: list[ox.NamedNode], tmp_path: Path
) -> None:
    assert len(jurisdictions) == 56
    with_records, without = set(), 0
    for state in jurisdictions:
        triples = context.on_record(state)
        if triples:
            with_records.add(state.value.rpartition("/")[2])
        elif (without := without + 1) > 2:
            continue  # one empty workbook is like the other
        book = read_grids(as_workbook(triples, context, names, tmp_path / "b.xlsx"), context.schema, names)
        assert_same(triples, book)
        folder = read_grids(as_folder(triples, context, names, tmp_path / "f"), context.schema, names)
        assert_same(triples, folder)
    files = (project.root / "data" / "states").glob("*.ttl")
    assert with_records >= {file.stem for file in files if _has_policies(file)}
    assert len(with_records) >= 5


def _has_policies(file: Path) -> bool:
    return "spf:StatePolicy" in file.read_text(encoding="utf-8")


def test_records_of_states_need_no_table_of_other_statements(context: Context, names: Names) -> None:
    assert build_tables(context.on_record(context.jurisdiction("KY")), context.schema, names).other == ()


@pytest.fixture(scope="module")
def exported(context: Context, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    for file, content in export_files(context, folder, DAY, "0.1.0").items():
        file.write_bytes(content)
    return folder


def test_the_exported_tables_hold_the_whole_graph(context: Context, exported: Path) -> None:
    back = load(exported, context, Files())
    data = {
        t
        for t in context.triples
        if isinstance(t.subject, ox.NamedNode)
        and t.subject.value.startswith(ID)
        and t.subject.value.removeprefix(ID).partition("/")[0] in context.schema.sheets
    }
    assert len(data) > 10_000
    assert back.triples == data
    assert load(exported / "spf-kg.xlsx", context, Files()).triples == data


def test_the_data_package_describes_the_tables(exported: Path) -> None:
    files = {file.name: file.read_bytes() for file in exported.iterdir()}
    package = json.loads(files["datapackage.json"])
    rows = {r["name"]: list(csv.DictReader(io.StringIO(files[r["path"]].decode()))) for r in package["resources"]}
    assert {r["path"] for r in package["resources"]} == {n for n in files if n.endswith(".csv")}
    for resource in package["resources"]:
        fields = [field["name"] for field in resource["schema"]["fields"]]
        assert list(rows[resource["name"]][0]) == fields
        assert all(field["description"] for field in resource["schema"]["fields"])
        for key in resource["schema"].get("foreignKeys", ()):
            known = {row["identifier"] for row in rows[key["reference"]["resource"]]}
            used = {row[key["fields"]] for row in rows[resource["name"]]} - {""}
            assert used <= known, (resource["name"], key, sorted(used - known)[:3])
    assert any("foreignKeys" in r["schema"] for r in package["resources"])


@pytest.mark.parametrize("ending", [".xlsx", "", ".ttl", ".trig", ".nt", ".nq", ".jsonld", ".rdf"])
def test_any_form_goes_to_any_other(context: Context, tmp_path: Path, ending: str) -> None:
    triples = frozenset(context.on_record(context.jurisdiction("WY")))
    data = LoadedTable(tuple(triples), tuple(ox.Quad(t.subject, t.predicate, t.object) for t in triples))
    target = tmp_path / f"wy{ending}"
    for file, content in written(data, target, context, day=DAY).items():
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
    assert load(target, context, Files()).triples == triples


def test_named_graphs_survive_where_the_format_has_them(context: Context, tmp_path: Path) -> None:
    source = tmp_path / "a.trig"
    source.write_text("<urn:g> { <urn:a> <urn:b> <urn:c> } <urn:a> <urn:b> <urn:d> .")
    [content] = written(load(source, context, Files()), tmp_path / "b.nq", context, day=DAY).values()
    assert b"<urn:a> <urn:b> <urn:c> <urn:g> ." in content


def test_the_same_tables_give_the_same_bytes(context: Context, names: Names) -> None:
    tables = build_tables(context.on_record(context.jurisdiction("WY")), context.schema, names)
    plan = WorkbookPlan(tables, context.schema.for_submission(), names, context.meanings(), "Wyoming", DAY, "0.1.0")
    assert workbook_bytes(plan) == workbook_bytes(plan)


# Random submissions: records of all kinds, with values that are right, odd, wrong or of another form altogether.

_SLUGS = st.from_regex(r"ut-[a-z0-9]{1,6}(-[a-z0-9]{1,4})?", fullmatch=True)
_ODD_TEXT = st.one_of(
    st.text(max_size=30),
    st.text(alphabet="=+-@'\t ;|,\n\"a1<&_x0041_", min_size=1, max_size=12),
    st.sampled_from(["=1+1", "+1", "-2+3", "@SUM(A1)", "'=x", "''@y", "\t=1", "2016", "TRUE", "1/2", "in force", " x"]),
    st.sampled_from(["x" * 40_000, "a;b", "“quoted”", "no\u00a0break", "\ufeffbom", "_x0041_", "\x00", "\ufffe"]),
)


def _iris(kinds: list[str]) -> st.SearchStrategy[ox.NamedNode]:
    known = [
        f"{ID}instrument/statute",
        f"{ID}topic/credit-flexibility",
        f"{ID}jurisdiction/ut",
        f"{ID}condition/shared-vision",
    ]
    return st.one_of(
        st.sampled_from(known).map(ox.NamedNode),
        st.tuples(st.sampled_from(kinds), _SLUGS).map(lambda pair: ox.NamedNode(f"{ID}{pair[0]}/{pair[1]}")),
        st.sampled_from(["http://example.org/a b".replace(" ", "%20"), "urn:x:y", SKOS + "closeMatch"]).map(
            ox.NamedNode
        ),
    )


def _right_literal(column: Column) -> st.SearchStrategy[ox.Literal]:
    kind = column.kind
    if kind is ValueKind.TEXT:
        return st.text(min_size=1, max_size=40).map(lambda t: ox.Literal(" ".join(t.split()) or "x", language="en"))
    if kind is ValueKind.INTEGER:
        return st.integers(-5, 10**20).map(lambda n: ox.Literal(str(n), datatype=ox.NamedNode(XSD + "integer")))
    if kind in {ValueKind.DATE, ValueKind.PARTIAL_DATE}:
        return st.dates().map(lambda d: ox.Literal(d.isoformat(), datatype=ox.NamedNode(XSD + "date")))
    if kind is ValueKind.ADDRESS:
        return st.text(max_size=20).map(
            lambda t: ox.Literal(f"https://x.org/{t}", datatype=ox.NamedNode(XSD + "anyURI"))
        )
    return st.text(min_size=1, max_size=30).map(ox.Literal)


def _odd_literal() -> st.SearchStrategy[ox.Literal]:
    types = [XSD + n for n in ("date", "gYear", "gYearMonth", "integer", "boolean", "decimal", "anyURI")]
    short = _ODD_TEXT.filter(lambda t: len(t) < 30_000)
    return st.one_of(
        short.map(ox.Literal),
        short.map(lambda t: ox.Literal(t, language="en")),
        short.map(lambda t: ox.Literal(t, language="es")),
        st.tuples(short, st.sampled_from(types)).map(lambda p: ox.Literal(p[0], datatype=ox.NamedNode(p[1]))),
        st.sampled_from(["2016", "2016-02", "0016", "1899-12-31", "2016-02-30"]).flatmap(
            lambda t: st.sampled_from(types).map(lambda d: ox.Literal(t, datatype=ox.NamedNode(d)))
        ),
    )


@st.composite
def submissions(draw: st.DrawFn, context: Context) -> set[ox.Triple]:
    found: set[ox.Triple] = set()
    kinds = [*SUBMISSION_KINDS, "rating", "mapping"]
    for _ in range(draw(st.integers(1, 5))):
        kind = draw(st.sampled_from(kinds))
        sheet = context.schema.sheets[kind]
        subject = draw(st.one_of(_iris([kind]), st.just(ox.BlankNode("b1")), _iris(["claim", "source"])))
        types: tuple[str, ...] = draw(
            st.sampled_from([(OWL + "NamedIndividual", sheet.class_iri), (sheet.class_iri,), ()])
        )
        found |= {ox.Triple(subject, ox.NamedNode(RDF + "type"), ox.NamedNode(t)) for t in types}
        for column in draw(st.lists(st.sampled_from(sheet.columns), max_size=6)):
            right = _iris(kinds) if column.kind is ValueKind.REFERENCE else _right_literal(column)
            odd = st.one_of(_odd_literal(), _iris(kinds), st.just(ox.BlankNode("b2")))
            values: list[ox.NamedNode | ox.BlankNode | ox.Literal]
            values = draw(st.lists(st.one_of(right, right, odd), min_size=1, max_size=3))
            for value in values:
                found.add(ox.Triple(subject, column.path, value))
    return found


@pytest.fixture(scope="module")
def terms(context: Context) -> list[ox.Triple]:
    wanted = tuple(f"{ID}{kind}/" for kind in ("instrument", "topic", "jurisdiction", "condition", "legal-status"))
    return [t for iri, facts in context.records.items() if iri.value.startswith(wanted) for t in facts]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_random_submissions_survive_the_workbook_and_the_folder(
    context: Context, terms: list[ox.Triple], tmp_path: Path, data: st.DataObject
) -> None:
    triples = data.draw(submissions(context))
    texts = (t.object.value for t in triples if isinstance(t.object, ox.Literal))
    assume(all(repaired(text) == text for text in texts))  # a finding for a text that looks spoiled is right
    for form in (as_workbook, as_folder):
        names = _known(terms, context, triples)
        grids = form(triples, context, names, tmp_path / ("b.xlsx" if form is as_workbook else "f"))
        assert_same(triples, read_grids(grids, context.schema, _known(terms, context, ())))


def _known(base: list[ox.Triple], context: Context, triples: Iterable[ox.Triple]) -> Names:
    """The names of the framework and the terms, which is all that random submissions refer to."""
    small = Names(context.schema.superclasses)
    small.learn(base)
    small.learn(triples)
    return small
