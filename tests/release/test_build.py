"""A release is the same bytes each time, complete, described by counts that hold, and never half-written."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgtools.core.errors import BuildError
from kgtools.core.namespaces import DCAT, OWL, RDF, SPF, VOID
from kgtools.core.project import Project
from kgtools.publish.release.build import CHECKSUMS, Built, build

SPDX = "http://spdx.org/rdf/terms#"


def bytes_of(folder: Path) -> dict[str, str]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def objects(file: Path, subject: str | None, predicate: str) -> list[str]:
    wanted = ox.NamedNode(predicate)
    return sorted(
        q.object.value
        for q in ox.parse(path=str(file))
        if q.predicate == wanted
        and (subject is None or q.subject == ox.NamedNode(subject))
        and isinstance(q.object, ox.NamedNode | ox.Literal)
    )


@pytest.mark.soak
def test_a_copy_of_the_project_elsewhere_gives_the_same_bytes(project: Project, dist: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere" / "under another name"
    for part in ("ontology", "shapes", "data", "queries"):
        shutil.copytree(project.root / part, copy / part)
    for part in ("CITATION.cff", "LICENSE", "LICENSE-DATA", "sbom.cdx.json"):
        shutil.copy2(project.root / part, copy / part)
    build(Project(copy), tmp_path / "again")
    assert bytes_of(tmp_path / "again") == bytes_of(dist)


def test_a_release_has_every_part_in_every_format(dist: Path) -> None:
    names = set(bytes_of(dist))
    assert {
        f"{part}{end}"
        for part in ("ontology", "shapes", "data", "spf-kg")
        for end in (".ttl", ".nt", ".rdf", ".jsonld")
    } <= names
    assert {
        "spf-kg.nq",
        "spf-kg.trig",
        "spf-kg.sqlite",
        "inferred.nt",
        "context.jsonld",
        "dcat.ttl",
        "void.ttl",
    } <= names
    assert {"tables/policies.csv", "tables/spf-kg.xlsx", "tables/datapackage.json"} <= names
    assert {"dataset.jsonld", "CITATION.cff", "LICENSE", "LICENSE-DATA", "sbom.cdx.json", CHECKSUMS} <= names


def test_the_checksums_are_those_of_the_files(dist: Path) -> None:
    lines = (line.split("  ") for line in (dist / CHECKSUMS).read_text().splitlines())
    listed = {name: digest for digest, name in lines}
    assert listed == {name: digest for name, digest in bytes_of(dist).items() if name != CHECKSUMS}


def test_the_parts_add_up_to_the_project(project: Project, built: Built) -> None:
    files = (*project.ontology, *project.shapes, *project.data)
    written = [t for file in files for t in ox.parse(path=str(file))]
    every = {str(q.triple) for q in ox.parse(path=str(built.folder / "spf-kg.nt"))}
    others = {f"<https://w3id.org/spf-kg/{n}>" for n in ("ontology/alignments", "ontology/schemes", "rules", "shapes")}
    left_out = {str(t) for t in written if str(t.subject) in others}
    named = {line for line in map(str, written) if "_:" not in line}
    assert named - every == left_out
    assert len(every) == built.triples
    parts = [
        {str(q.triple) for q in ox.parse(path=str(built.folder / f"{n}.nt"))} for n in ("ontology", "shapes", "data")
    ]
    assert set.union(*parts) - left_out == every


def test_the_ontology_is_one_file_with_one_header_and_a_file_for_each_part(project: Project, dist: Path) -> None:
    a, header = ox.NamedNode(RDF + "type"), ox.NamedNode(OWL + "Ontology")

    def headers(file: Path) -> list[str]:
        return [str(q.subject) for q in ox.parse(path=str(file)) if q.predicate == a and q.object == header]

    for name in ("ontology.ttl", "ontology.nt", "ontology.rdf", "spf-kg.ttl", "spf-kg.rdf"):
        assert headers(dist / name) == [f"<{SPF.removesuffix('#')}>"], name
    parts = [file.stem for file in project.ontology]
    assert parts == ["alignments", "core", "rules", "schemes"]
    for part in parts:
        source = project.root / "ontology" / f"{part}.ttl"
        assert headers(dist / "ontology" / f"{part}.rdf") == headers(source)
        sizes = {len(list(ox.parse(path=str(file)))) for file in (source, *(dist / "ontology").glob(f"{part}.[!j]*"))}
        assert len(sizes) == 1, part


def test_the_quads_keep_one_graph_a_file(project: Project, dist: Path) -> None:
    files = (*project.ontology, *project.shapes, *project.data)
    for name in ("spf-kg.nq", "spf-kg.trig"):
        graphs = {q.graph_name.value for q in ox.parse(path=str(dist / name)) if isinstance(q.graph_name, ox.NamedNode)}
        assert graphs == {project.graph_of(file) for file in files}


def test_dcat_gives_size_and_checksum_of_each_file(dist: Path) -> None:
    described = {d.partition("/release/0.1.0/")[2] for d in objects(dist / "dcat.ttl", None, DCAT + "distribution")}
    assert described == set(bytes_of(dist)) - {"dcat.ttl", "dataset.jsonld", CHECKSUMS}
    for name in described:
        address = f"https://w3id.org/spf-kg/release/0.1.0/{name}"
        assert objects(dist / "dcat.ttl", address, DCAT + "byteSize") == [str((dist / name).stat().st_size)]
        digest = hashlib.sha256((dist / name).read_bytes()).hexdigest()
        assert objects(dist / "dcat.ttl", address + "#sha256", SPDX + "checksumValue") == [digest]
    assert "0.1.0" in objects(dist / "dcat.ttl", None, DCAT + "version")


def test_void_counts_what_is_there(dist: Path) -> None:
    store = ox.Store()
    store.bulk_load(path=str(dist / "spf-kg.nt"), format=ox.RdfFormat.N_TRIPLES)
    dataset = "https://w3id.org/spf-kg/dataset"
    for name, pattern in {
        "triples": "(COUNT(*) AS ?n) { ?s ?p ?o }",
        "distinctSubjects": "(COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
        "properties": "(COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
        "classes": "(COUNT(DISTINCT ?o) AS ?n) { ?s a ?o FILTER(ISIRI(?o)) }",
    }.items():
        answer = store.query(f"SELECT {pattern}")
        assert isinstance(answer, ox.QuerySolutions)
        (n,) = (row["n"].value for row in answer)
        assert objects(dist / "void.ttl", dataset, VOID + name) == [n], name
    partition = dataset + "/class/ontology-StatePolicy"
    answer = store.query(f"SELECT (COUNT(?x) AS ?n) {{ ?x a <{SPF}StatePolicy> }}")
    assert isinstance(answer, ox.QuerySolutions)
    assert objects(dist / "void.ttl", partition, VOID + "entities") == [row["n"].value for row in answer]


def test_schema_org_lists_the_downloads(dist: Path) -> None:
    document = json.loads((dist / "dataset.jsonld").read_text())
    assert document["@type"] == "Dataset"
    assert document["license"] == "https://creativecommons.org/licenses/by/4.0/"
    sums = {d["name"]: d["sha256"] for d in document["distribution"]}
    assert sums["spf-kg.nt"] == bytes_of(dist)["spf-kg.nt"]


def test_the_database_answers_a_question_as_sparql_does(dist: Path) -> None:
    with sqlite3.connect(dist / "spf-kg.sqlite") as connection:
        counted = connection.execute(
            "SELECT jurisdiction, COUNT(*) FROM state_policy WHERE legal_status = 'legal-status/in-force' GROUP BY 1"
        ).fetchall()
        links = connection.execute(
            "SELECT COUNT(*) FROM state_policy p JOIN link l ON l.subject = p.id AND l.property = 'has_source'"
        ).fetchone()[0]
        problems = connection.execute("PRAGMA integrity_check").fetchall()
    connection.close()
    store = ox.Store()
    store.bulk_load(path=str(dist / "data.nt"), format=ox.RdfFormat.N_TRIPLES)
    query = f"""PREFIX spf: <{SPF}> SELECT ?j (COUNT(?p) AS ?n) {{ ?p a spf:StatePolicy ; spf:jurisdiction ?j ;
      spf:legalStatus <https://w3id.org/spf-kg/id/legal-status/in-force> }} GROUP BY ?j"""
    answer = store.query(query)
    assert isinstance(answer, ox.QuerySolutions)
    expected = {(row["j"].value.rsplit("/id/", 1)[1], int(row["n"].value)) for row in answer}
    assert set(counted) == expected
    assert links > 100
    assert problems == [("ok",)]


def test_a_folder_with_something_else_is_left_alone(project: Project, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(BuildError, match="holds something that is not an earlier build"):
        build(project, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_in_the_way_is_left_alone(project: Project, tmp_path: Path) -> None:
    file = tmp_path / "dist"
    file.write_text("mine")
    with pytest.raises(BuildError, match="is a file; name a folder"):
        build(project, file)


def test_a_build_that_fails_leaves_the_earlier_one(project: Project, tmp_path: Path) -> None:
    target = tmp_path / "dist"
    target.mkdir()
    (target / CHECKSUMS).write_text("earlier")
    broken = tmp_path / "broken"
    shutil.copytree(project.root / "ontology", broken / "ontology")
    with pytest.raises(BuildError, match=r"CITATION\.cff is missing"):
        build(Project(broken), target)
    assert (target / CHECKSUMS).read_text() == "earlier"
    assert sorted(f.name for f in tmp_path.iterdir()) == ["broken", "dist"]
