"""What is written is read back by a reader of another make, or is refused with the reason."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape
from rdflib.compare import isomorphic

from kgtools.answers.output import FORMATS, csv_lines, render, tsv_lines
from kgtools.answers.output.workbook import table_workbook
from kgtools.cli.main import main
from kgtools.core.errors import RefusedError, UnwritableFormatError
from kgtools.graph.serializing import serialized
from kgtools.graph.store import EmbeddedStore, Solutions
from kgtools.graph.turtle import UnwritableGraphError, canonical_turtle, trig_text
from kgtools.serve.answering import SparqlJob
from tests.conftest import ROOT

pytestmark = pytest.mark.filterwarnings("ignore:Serializing weird numerical:UserWarning")
_E = "http://e.org/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_READERS = {
    ox.RdfFormat.TURTLE: "turtle",
    ox.RdfFormat.N_TRIPLES: "nt",
    ox.RdfFormat.RDF_XML: "xml",
    ox.RdfFormat.JSON_LD: "json-ld",
}

_paths = st.text("ab12/=&'.,;:-_~!()*@", max_size=6)
_iris = st.builds(
    lambda path, mark, rest: ox.NamedNode(_E + path + mark + rest), _paths, st.sampled_from(["", "#", "?"]), _paths
)
_blanks = st.sampled_from(["a", "1", "1-.a", "x.y"]).map(ox.BlankNode)
_texts = st.text(
    st.one_of(
        st.sampled_from(
            "ab \t\r\n\"'\\,;|<>&]#\x00\x01\x0b\x0c\x1f\x7f\x85\u2028\u200b\ufeff\ufffd\ufffe\uffff\U0001f600"
        ),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=8,
)
_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = ("integer", "decimal", "double")
_DATATYPES = [
    *(_XSD + name for name in ("integer", "decimal", "double", "boolean", "date", "anyURI", "byte", "string")),
    _E + "own",
    f"{_RDF}HTML",
]
# With datatypes that fit or not: a text is written as it stands.
_typed = st.builds(
    lambda text, datatype: ox.Literal(text, datatype=ox.NamedNode(datatype)),
    st.one_of(_texts, st.sampled_from(["01", "+1", "1.50", "1E0", "-0", "INF", "1", "true", "1e400", "2026-02-30"])),
    st.sampled_from(_DATATYPES),
)
_literals = st.one_of(
    _texts.map(ox.Literal),
    _typed,
    st.builds(lambda text, tag: ox.Literal(text, language=tag), _texts, st.sampled_from(["en", "de-ch"])),
)
_terms = st.one_of(_iris, _blanks, _literals)
_graphs = st.lists(st.builds(ox.Triple, st.one_of(_iris, _blanks), _iris, _terms), max_size=5)
_rows = st.lists(st.tuples(st.none() | _terms, st.none() | _terms), max_size=5)


def _other(term: object) -> rdflib.term.Node:
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    assert isinstance(term, ox.Literal)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    # In RDF 1.1 a text without a datatype has that of strings; rdflib knows both, and parsers give it none.
    is_plain = term.datatype.value == f"{_XSD}string"
    return rdflib.Literal(term.value, datatype=None if is_plain else rdflib.URIRef(term.datatype.value))


@pytest.fixture(autouse=True, scope="module")
def _as_written() -> Iterator[None]:
    """Keep rdflib from making 1 of 01."""
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    yield
    rdflib.NORMALIZE_LITERALS = before


def _expected(triples: list[ox.Triple]) -> rdflib.Graph:
    graph = rdflib.Graph()
    for triple in triples:
        graph.add((_other(triple.subject), _other(triple.predicate), _other(triple.object)))
    return graph


def _by_value(graph: rdflib.Graph) -> rdflib.Graph:
    """A graph with the value in place of the form of numbers: of a bare 01 in Turtle, rdflib reads the value alone."""
    found = rdflib.Graph()
    for subject, predicate, value in graph:
        found.add((subject, predicate, _number(value) if isinstance(value, rdflib.Literal) else value))
    return found


def _number(term: rdflib.Literal) -> rdflib.Literal:
    kind, form = str(term.datatype).removeprefix(_XSD), str(term)
    if kind not in _NUMBERS or not re.fullmatch(r"[+-]?[0-9]*\.?[0-9]+([eE][+-]?[0-9]+)?", form):
        return term
    value = float(form) + 0 if kind == "double" else (Decimal(form) + 0).normalize()  # -0 is 0
    return rdflib.Literal(str(value), datatype=term.datatype)


def _same_in_turtle(one: rdflib.Graph, other: rdflib.Graph) -> bool:
    return isomorphic(_by_value(one), _by_value(other))


def _fits_xml(triples: list[ox.Triple]) -> bool:
    return all(
        re.search(r"[A-Za-z_][A-Za-z0-9_.-]*\Z", triple.predicate.value.removeprefix(_E))
        and not (isinstance(triple.object, ox.Literal) and _NOT_XML.search(triple.object.value))
        for triple in triples
    )


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("format_", _READERS, ids=_READERS.get)
@given(triples=_graphs)
def test_a_graph_is_read_back(format_: ox.RdfFormat, triples: list[ox.Triple]) -> None:
    if format_ == ox.RdfFormat.RDF_XML and not _fits_xml(triples):
        with pytest.raises(UnwritableFormatError, match="RDF/XML can't"):
            serialized(triples, format_)
        return
    written = serialized(triples, format_)
    same = _same_in_turtle if format_ == ox.RdfFormat.TURTLE else isomorphic
    assert same(rdflib.Graph().parse(data=written, format=_READERS[format_]), _expected(triples))


@given(triples=_graphs)
def test_canonical_turtle_is_read_back(triples: list[ox.Triple]) -> None:
    try:
        text = canonical_turtle(triples)
    except UnwritableGraphError:
        ends = {end for triple in triples for end in (triple.subject, triple.object)}
        assert any(isinstance(end, ox.BlankNode) for end in ends)
        return
    assert _same_in_turtle(rdflib.Graph().parse(data=text.encode(), format="turtle"), _expected(triples))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@given(triples=_graphs, graph=_iris)
def test_trig_and_n_quads_are_read_back(triples: list[ox.Triple], graph: ox.NamedNode) -> None:
    quads = [ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples]
    for name, written in (("trig", trig_text(quads)), ("nquads", serialized(quads, ox.RdfFormat.N_QUADS))):
        dataset = rdflib.Dataset()
        dataset.parse(data=written, format=name)
        same = _same_in_turtle if name == "trig" else isomorphic
        assert same(dataset.graph(rdflib.URIRef(graph.value)), _expected(triples))


@given(rows=_rows)
def test_a_table_as_csv_is_read_back(rows: list[tuple[ox.NamedNode | None, ...]]) -> None:
    text = "".join(csv_lines(("x", "y"), rows))
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read == [["x", "y"], *([_plain(term) for term in row] for row in rows)]
    assert text == render(Solutions(("x", "y"), tuple(rows)), "csv")


def _plain(term: object) -> str:
    return str(term) if isinstance(term, ox.BlankNode) else "" if term is None else str(getattr(term, "value", ""))


@given(rows=_rows)
def test_a_table_as_tsv_is_read_back(rows: list[tuple[ox.NamedNode | None, ...]]) -> None:
    lines = "".join(tsv_lines(("x", "y"), rows)).split("\n")
    assert lines[0] == "?x\t?y"
    assert lines[-1] == ""
    for line, row in zip(lines[1:-1], rows, strict=True):
        for cell, term in zip(line.split("\t"), row, strict=True):
            read = rdflib.Graph().parse(data=f"<urn:s> <urn:p> {cell} .", format="nt") if cell else rdflib.Graph()
            assert isomorphic(read, _expected([_stating(term)] if term is not None else []))


def _stating(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> ox.Triple:
    return ox.Triple(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), term)


@given(text=_texts)
def test_a_text_in_xml_results_is_read_back_or_refused(text: str) -> None:
    query = f"SELECT ({ox.Literal(text)} AS ?x) {{}}"
    job = SparqlJob(query, None, "application/sparql-results+xml", 1)
    if _NOT_XML.search(text):
        with pytest.raises(RefusedError, match=r"character U\+.* which XML can't hold\. Choose JSON") as refused:
            job.run(EmbeddedStore())
        assert refused.value.status == 406
        return
    root = ElementTree.fromstring(job.run(EmbeddedStore()).body)
    assert (root.findtext(".//{*}literal") or "") == text


@given(text=_texts)
def test_a_text_in_a_workbook_is_read_back(text: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(table_workbook(Solutions(("x",), ((ox.Literal(text),),)))))["Answer"]
    shown = unescape(sheet["A2"].value or "")
    assert shown.replace("\r", "\n") == re.sub("[\ufffe\uffff]", "\ufffd", text).replace("\r", "\n")


def test_the_server_quotes_cells_of_csv() -> None:
    query = 'SELECT (BNODE("b") AS ?x) (<http://e.org/a,b> AS ?y) ("" AS ?z) ("a\\t\\"\\r" AS ?w) {}'
    written = SparqlJob(query, None, "text/csv", 1).run(EmbeddedStore()).body.decode()
    head, row = csv.reader(io.StringIO(written, newline=""))
    assert head == ["x", "y", "z", "w"]
    assert row[0].startswith("_:")
    assert row[1:] == ["http://e.org/a,b", "", 'a\t"\r']
    assert '"http://e.org/a,b"' in written


def test_a_column_of_empty_cells_keeps_its_rows() -> None:
    written = SparqlJob("SELECT ?a { VALUES ?a { UNDEF 1 UNDEF } }", None, "text/csv", 1).run(EmbeddedStore()).body
    assert list(csv.reader(io.StringIO(written.decode(), newline=""))) == [["a"], [""], ["1"], [""]]


@pytest.mark.parametrize(
    "iri",
    [f"{_E}12", f"{_E}a/", "urn:12", f"{_RDF}li", f"{_RDF}Description", f"{_RDF}bagID", f"{_RDF}aboutEach",
     "http://www.w3.org/2000/xmlns/x", f"{_E}\u2070a", f"{_E}\uabcda"],
)  # fmt: skip
def test_a_property_without_an_xml_name_is_refused_and_nothing_is_written(
    iri: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "in.nt", tmp_path / "out.rdf"
    source.write_text(f'<{_E}s> <{iri}> "v" .\n')
    assert main(["--project", str(ROOT), "convert", str(source), "-o", str(target)]) == 2
    told = capsys.readouterr().err
    assert "RDF/XML can't write the property" in told
    assert "Choose Turtle instead." in told
    assert not target.exists()
    store = EmbeddedStore()
    store.load([ox.Triple(ox.NamedNode(f"{_E}s"), ox.NamedNode(iri), ox.Literal("v"))])
    with pytest.raises(RefusedError, match="RDF/XML can't write the property") as refused:
        SparqlJob("CONSTRUCT WHERE { ?s ?p ?o }", None, "application/rdf+xml", 1).run(store)
    assert refused.value.status == 406


def test_a_statement_about_a_statement_is_refused_in_rdf_xml() -> None:
    inner = _stating(ox.Literal("v"))
    with pytest.raises(UnwritableFormatError, match="a statement about a statement"):
        serialized([ox.Triple(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), inner)], ox.RdfFormat.RDF_XML)


def test_every_format_of_a_table_is_tried_here() -> None:
    assert set(FORMATS) == {"table", "csv", "tsv", "json", "md"}
