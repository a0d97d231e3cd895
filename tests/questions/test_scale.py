"""At 100,000 generated policies, Virtuoso gives the rows and findings that the embedded store gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from kgtools.answers.determine import DETERMINATIONS, rule_text
from kgtools.core.project import Project
from kgtools.graph.reading import read_triples
from kgtools.graph.store import EmbeddedStore
from kgtools.shacl import compile_shapes, parse_shapes, validate
from tests.questions.cases import all_cases, differences
from tests.shacl.comparing import results
from tests.shacl.servers import find
from tools.bench.scale import derive, virtuoso, write_data

POLICIES = 100_000
SECONDS = 900


@pytest.mark.soak
@pytest.mark.skipif(find("virtuoso-t") is None, reason="no Virtuoso (Debian: virtuoso-opensource-7)")
def test_virtuoso_gives_the_rows_and_findings_of_the_embedded_store(project: Project, tmp_path: Path) -> None:
    data = tmp_path / "data"
    triples = write_data(project, POLICIES, data)
    embedded = EmbeddedStore()
    for file in sorted(data.iterdir()):
        embedded.inner.bulk_load(path=str(file))
    embedded.load(embedded.construct(rule_text(project, DETERMINATIONS) or ""))
    with virtuoso(tmp_path, data, triples, SECONDS) as (store, target, _, _):
        derive(project, target)
        examples = tuple(case for case in all_cases(project, embedded) if case.name == "example")
        assert differences(examples, embedded, store) == {}
        plan = compile_shapes(parse_shapes(read_triples(*project.shapes)))
        assert results(validate(plan, store)) == results(validate(plan, embedded))
