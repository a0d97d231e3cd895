"""The canned questions over HTTP: the same answers as elsewhere, paged, described, strict about what is asked."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import httpx
import jsonschema
import pytest

from kgtools.answers.api import Graph, plain
from kgtools.answers.output import render
from kgtools.answers.questions import bind, read_catalog
from kgtools.core.namespaces import ID
from kgtools.core.project import Project
from kgtools.graph.store import EmbeddedStore


@pytest.fixture
def described(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("api/openapi.json").raise_for_status().json()
    return found


def links(response: httpx.Response) -> dict[str, str]:
    return {name: url for url, name in re.findall(r'<([^>]*)>; rel="(\w+)"', response.headers["link"])}


def resolved(schema: Any, document: dict[str, Any]) -> Any:
    """The schema with the components that it refers to beside it."""
    return {**schema, "components": document["components"]}


def test_every_question_answers_as_it_does_elsewhere(
    client: httpx.Client, project: Project, store: EmbeddedStore, described: dict[str, Any]
) -> None:
    answered = 0
    for question in read_catalog(project):
        address = f"api/questions/{question.name}"
        whole = store.select(bind(question.query, question.parameters, {}, store))
        as_csv = client.get(address, params={"limit": 10_000, "format": "csv"}).raise_for_status()
        assert as_csv.text == render(whole, "csv"), question.name
        answer = client.get(address, params={"limit": 10_000}).raise_for_status().json()
        assert answer["rows"] == list(plain(whole).rows), question.name
        assert answer["total"] == len(whole.rows)
        answered += bool(whole.rows)
        assert [column["name"] for column in answer["columns"]] == list(whole.variables)
        assert any("reconstruction" in note for note in answer["notes"])
        content = described["paths"][f"/{address}"]["get"]["responses"]["200"]["content"]
        jsonschema.validate(answer, resolved(content["application/json"]["schema"], described))
    assert answered > 35


def test_pages_make_up_the_whole(client: httpx.Client, project: Project) -> None:
    expected = list(Graph.open(project=project.root).ask("coverage", state=["UT", "ID"]).rows)
    address: str | None = "api/questions/coverage?state=UT,ID&limit=5"
    rows, pages = [], 0
    while address:
        response = client.get(address).raise_for_status()
        assert response.json()["total"] == len(expected) == 16
        rows += response.json()["rows"]
        pages += 1
        address = links(response).get("next")
    assert rows == expected
    assert pages == 4
    last = client.get(links(response)["first"]).raise_for_status()
    assert set(links(last)) == {"first", "last", "next"}
    beyond = client.get("api/questions/coverage?state=UT,ID&limit=5&offset=100").raise_for_status()
    assert beyond.json()["rows"] == []
    assert client.get(links(beyond)["prev"]).json()["rows"] == rows[15:]


def test_a_page_as_csv(client: httpx.Client) -> None:
    response = client.get(
        "api/questions/conditions?limit=3&offset=2", headers={"Accept": "text/csv"}
    ).raise_for_status()
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert [row["position"] for row in rows] == ["3", "4", "5"]
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert "next" in links(response)


@pytest.mark.parametrize(
    ("address", "status", "parameter", "nearest", "allowed"),
    [
        ("coverage?state=UTT", 422, "state", "UT", "KY"),
        ("coverage?state=UT,UTT", 422, "state", "UT", "KY"),
        ("coverage?stat=UT", 400, "stat", "state", "condition"),
        ("condition?condition=sharedvision", 422, "condition", "shared-vision", "pathways-and-credit"),
        ("coverage?limit=0", 422, "limit", None, None),
        ("coverage?limit=1e3", 422, "limit", None, None),
        ("coverage?offset=-1", 422, "offset", None, None),
        ("coverage?format=pdf", 422, "format", None, "csv"),
        ("gaps?state=UT&state=ID", 422, "state", None, "UT"),
        ("as-of?year=20x5", 422, "year", None, None),
        ("search?text=", 422, "text", None, None),
        ("coverag", 404, "", "coverage", "gaps"),
    ],
)
def test_what_is_wrong_is_said_with_what_is_allowed(
    client: httpx.Client, described: dict[str, Any], address: str, status: int, parameter: str, nearest: str | None,
    allowed: str | None,
) -> None:  # fmt: skip
    response = client.get(f"api/questions/{address}")
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    told = response.json()
    assert (told["status"], told["parameter"], told["nearest"]) == (status, parameter, nearest)
    assert allowed is None or allowed in told["allowed"]
    jsonschema.validate(told, resolved({"$ref": "#/components/schemas/Problem"}, described))


def test_hostile_values_stay_values(client: httpx.Client) -> None:
    for text in ('"} DROP ALL #', "\\u0022", "<script>", "'); SELECT", "\u202e", "%00"):
        answer = client.get("api/questions/search", params={"text": text})
        assert (answer.status_code, answer.json()["total"]) == (200, 0), text


def test_a_format_that_is_not_given_is_406(client: httpx.Client) -> None:
    assert client.get("api/questions/coverage", headers={"Accept": "image/png"}).status_code == 406
    assert client.get("api/questions/coverage", headers={"Accept": "text/html"}).status_code == 200


def test_the_description_is_made_from_the_headers(project: Project, described: dict[str, Any]) -> None:
    assert described["openapi"] == "3.1.0"
    for question in read_catalog(project):
        operation = described["paths"][f"/api/questions/{question.name}"]["get"]
        assert operation["summary"] == question.summary
        names = [parameter["name"] for parameter in operation["parameters"]]
        assert names == [*(parameter.name for parameter in question.parameters), "limit", "offset", "format"]
        for parameter in operation["parameters"]:
            jsonschema.Draft202012Validator.check_schema(parameter["schema"])
            if "default" in parameter["schema"]:
                jsonschema.validate(parameter["schema"]["default"], parameter["schema"])
    state = described["paths"]["/api/questions/gaps"]["get"]["parameters"][0]["schema"]
    assert (state["type"], len(state["enum"])) == ("string", 56)


def test_a_record_with_its_sources(client: httpx.Client, described: dict[str, Any]) -> None:
    record = client.get("api/records/state-policy/ut-alternative-credit-rule").raise_for_status().json()
    jsonschema.validate(record, resolved({"$ref": "#/components/schemas/Record"}, described))
    assert record["iri"] == f"{ID}state-policy/ut-alternative-credit-rule"
    assert record["statements"]["citation"][0].startswith("Utah Admin. Code R277-705")
    assert {source["epistemic_status"] for source in record["sources"]} == {"stated"}
    assert any("rules.utah.gov" in source["url"] and source["accessed"] for source in record["sources"])
    assert any("claim/ut-alternative-credit-rule--" in iri for iri in record["referring"])
    missing = client.get("api/records/state-policy/ut-alternative-credit-rul")
    assert missing.status_code == 404
    assert "state-policy/ut-alternative-credit-rule" in missing.json()["detail"]


def test_an_identifier_leads_to_its_page_or_to_what_the_graph_says(client: httpx.Client) -> None:
    page = client.get("id/jurisdiction/ut", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "/states/ut.html")
    data = client.get("id/jurisdiction/ut", headers={"Accept": "text/turtle"}, follow_redirects=True)
    assert data.headers["content-type"] == "text/turtle; charset=utf-8"
    assert "Utah" in data.text
    assert client.get("id/jurisdiction/zz").status_code == 404


def test_the_list(client: httpx.Client, project: Project) -> None:
    listed = client.get("api/questions").raise_for_status().json()["questions"]
    assert [question["name"] for question in listed] == [question.name for question in read_catalog(project)]
    assert json.dumps(listed).count("description") > 200
