"""Generated pages are fresh, and say what they should."""

from __future__ import annotations

import csv
import xml.etree.ElementTree as ET

from kgtools.core.namespaces import SKOS, SPF
from kgtools.core.project import Project
from kgtools.graph.files import Files
from kgtools.graph.projects import load_project
from kgtools.intake.records.kinds import record_kinds
from kgtools.schema.read import read_schema


def test_the_picture_has_a_square_for_each_state_and_condition(project: Project) -> None:
    svg = ET.fromstring((project.root / "docs" / "images" / "coverage.svg").read_text(encoding="utf-8"))
    space = "{http://www.w3.org/2000/svg}"
    titled = [rect.find(f"{space}title") for rect in svg.findall(f"{space}rect")]
    squares = [title.text for title in titled if title is not None]
    assert len(squares) == 51 * 8
    present = load_project(project).select(
        f"""PREFIX spf: <{SPF}> SELECT DISTINCT ?code ?name WHERE {{ ?d spf:determinationValue ?value ;
            spf:concerns/spf:recommendedUnder/<{SKOS}prefLabel> ?name ; spf:jurisdiction/spf:uspsCode ?code .
            ?value <{SKOS}notation> "in-full" }}"""
    )
    expected = {f"{code.value}, {name.value}" for code, name in present.rows}  # type: ignore[union-attr]
    full = (": some in full", ": half in full")
    assert {text.rpartition(":")[0] for text in squares if text and text.endswith(full)} == expected
    assert expected


def test_the_page_on_bulk_records_names_every_key(project: Project) -> None:
    page = (project.root / "docs" / "reference" / "bulk-records.md").read_text(encoding="utf-8")
    for group, kind in record_kinds(read_schema(Files().triples(*project.ontology, *project.shapes))).items():
        section = page.partition(f"\n## `{group}`\n")[2].partition("\n## ")[0]
        assert all(f"| {key} |" in section or f"| **{key}** |" in section for key in kind.keys), group


def test_the_sssom_table_has_a_row_for_each_mapping(project: Project) -> None:
    lines = (project.root / "data" / "crosswalk.sssom.tsv").read_text(encoding="utf-8").splitlines()
    table = list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"))
    mappings = (
        (project.root / "data" / "framework" / "crosswalk.ttl").read_text(encoding="utf-8").count("spf:Mapping ;")
    )
    assert len(table) == mappings > 80
    assert {row["predicate_id"] for row in table} <= {
        f"skos:{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")
    }
    assert all(0 < float(row["confidence"]) <= 1 and row["comment"] for row in table)
    declared = {line.split(":")[0].strip("# ") for line in lines if line.startswith("#  ")}
    assert {row["object_id"].split(":")[0] for row in table} <= declared
