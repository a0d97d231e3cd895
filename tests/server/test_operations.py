"""Running the server: health, metrics, logs, headers, limits, reload under load, and an orderly end."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from kgtools.cli import extras, serve_verb
from kgtools.cli.main import main
from kgtools.serve.generation import Serving
from kgtools.serve.guard import BodyLimit, Guard, RateLimit
from kgtools.serve.negotiation import chosen
from kgtools.serve.settings import Limits
from kgtools.serve.validating import KeptReports
from kgtools.serve.workers import WorkerFaultError, WorkerPool, WorkerSettings
from tests.conftest import ROOT
from tests.server.conftest import CARTESIAN, Server, running, until
from tests.shacl.servers import oxigraph_server
from tests.site.conftest import Built

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
ADDED = "\n<https://w3id.org/spf-kg/id/topic/pilot-or-network> <urn:test:added> {} .\n"


def test_health_readiness_and_measurements(client: httpx.Client) -> None:
    assert client.get("health").json() == {"status": "ok"}
    assert client.get("ready").json() == {"status": "ready"}
    before = client.get("metrics")
    assert before.headers["content-type"].startswith("text/plain; version=0.0.4")
    client.get("sparql", params={"query": COUNT})
    name = 'kgtools_requests_total{method="GET",route="/sparql",status="200"}'
    assert _measured(client.get("metrics").text, name) >= _measured(before.text, name) + 1
    assert _measured(before.text, 'kgtools_workers{pool="queries"}') >= 1
    assert _measured(before.text, "kgtools_generation") == 1


def _measured(text: str, name: str) -> float:
    return next((float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(f"{name} ")), 0.0)


def test_the_log_tells_of_requests_and_no_values(server: Server, client: httpx.Client) -> None:
    secret = "a-very-private-word"
    client.get("api/questions/search", params={"text": secret})
    client.post("sparql", data={"query": f"ASK {{ ?s ?p '{secret}' }}"})
    until(lambda: any(line.get("path") == "/api/questions/search" for line in server.logged()), 10)
    line = next(line for line in server.logged() if line.get("parameters") == {"text": len(secret)})
    assert (line["status"], line["method"]) == (200, "GET")
    assert line["milliseconds"] > 0
    assert secret not in server.log.read_text()


@pytest.mark.parametrize(
    "path", ["", "states/ut.html", "sparql", "api/questions", "nothing", "health", "assets/site.css"]
)
def test_each_response_tells_browsers_to_be_careful(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe-inline" not in headers["content-security-policy"]
    assert "server" not in headers


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("", "text/html; charset=utf-8"),
        ("assets/site.css", "text/css; charset=utf-8"),
        ("assets/site.js", None),
        ("assets/query.js", "text/javascript; charset=utf-8"),
        ("assets/vendor/oxigraph/web_bg.wasm.gz", "application/wasm"),
        ("states/ut.ttl", "text/turtle; charset=utf-8"),
        ("downloads/spf-kg.nt", "application/n-triples"),
        ("states", None),
        ("assets/", None),
        ("../pyproject.toml", None),
        ("%2e%2e/%2e%2e/etc/passwd", None),
        ("..%2f..%2fetc%2fpasswd", None),
    ],
)
def test_files_have_their_types_and_folders_are_not_listed(
    client: httpx.Client, path: str, media_type: str | None
) -> None:
    response = client.get(path)
    if media_type is None:
        assert response.status_code == 404
        assert "root:" not in response.text
        assert "site.css</a>" not in response.text
    else:
        assert (response.status_code, response.headers["content-type"]) == (200, media_type)
        again = client.get(path, headers={"If-None-Match": response.headers["etag"]})
        assert again.status_code == 304


def test_pages_are_compressed_and_what_is_missing_has_a_page(client: httpx.Client) -> None:
    page = client.get("", headers={"Accept-Encoding": "gzip"})
    assert page.headers["content-encoding"] == "gzip"
    missing = client.get("states/nowhere.html")
    assert missing.status_code == 404
    assert 'href="/assets/site.css"' in missing.text
    assert client.post("states/ut.html").status_code == 405


def test_nothing_can_be_written(client: httpx.Client) -> None:
    for method in ("PUT", "DELETE", "PATCH", "MKCOL"):
        for path in ("", "sparql", "api/questions", "states/ut.ttl", "store", "validate"):
            assert client.request(method, path, content=b"x").status_code == 405, (method, path)


def test_data_are_swapped_under_load_with_no_failed_request(small_project: Path, tmp_path: Path) -> None:
    topics = small_project / "data" / "states" / "ut.ttl"
    original = topics.read_text(encoding="utf-8")
    with running(tmp_path, project=small_project) as server, _load(server) as seen:
        first = server.count()
        topics.write_text(original + ADDED.format("1"), encoding="utf-8")
        server.process.send_signal(signal.SIGHUP)
        until(lambda: server.count() == first + 1)
        topics.write_text("this is not Turtle", encoding="utf-8")
        server.process.send_signal(signal.SIGHUP)
        until(lambda: any("not reloaded" in line["message"] for line in server.logged()))
        topics.write_text(original + ADDED.format("1, 2"), encoding="utf-8")
        server.process.send_signal(signal.SIGHUP)
        until(lambda: server.count() == first + 2)
        until(lambda: len(list(server.temporary.glob("kgtools-serve-*"))) == 1)
        metrics = httpx.get(f"{server.url}metrics").text
    assert set(seen) == {200}
    assert seen[200] > 50
    assert _measured(metrics, 'kgtools_reloads_total{outcome="done"}') == 2
    assert _measured(metrics, 'kgtools_reloads_total{outcome="failed"}') == 1
    errors = [line["message"] for line in server.logged() if line["level"] == "error"]
    assert [message.partition(":")[0] for message in errors] == ["The data were not reloaded"]


def test_changed_files_are_taken_up_and_a_busy_server_ends_in_order(
    small_project: Path, tmp_path: Path, served_site: Built
) -> None:
    topics = small_project / "data" / "states" / "ut.ttl"
    with running(tmp_path, "--reload", f"--site={served_site.folder}", project=small_project) as server:
        first = server.count()
        with topics.open("a", encoding="utf-8") as file:
            file.write(ADDED.format("1"))
        until(lambda: server.count() == first + 1)
        with ThreadPoolExecutor(1) as pool:
            under_way = pool.submit(server.sparql, CARTESIAN)
            time.sleep(0.5)
            server.process.send_signal(signal.SIGTERM)
            assert under_way.result().status_code == 503
            assert "was stopped" in under_way.result().text
        server.process.wait(20)


@contextmanager
def _load(server: Server) -> Iterator[Counter[int]]:
    """Requests by two clients, for as long as it lasts, with the statuses that came back."""
    seen: Counter[int] = Counter()
    stop = threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=server.url, timeout=60) as client:
            while not stop.is_set():
                for path in ("", "states/ut.html", "api/questions/coverage?state=UT"):
                    seen[client.get(path).status_code] += 1
                    time.sleep(0.05)
                seen[client.post("sparql", data={"query": COUNT}).status_code] += 1

    with ThreadPoolExecutor(2) as pool:
        asking = [pool.submit(ask) for _ in range(2)]
        try:
            yield seen
        finally:
            stop.set()
        for future in asking:
            future.result()


def _guard(limits: Limits, app: Any) -> Any:
    serving = cast("Serving", SimpleNamespace(current=SimpleNamespace(used=nullcontext)))
    return BodyLimit(Guard(app, serving, limits), limits)


def _client_of(guard: Any, address: str = "127.0.0.1") -> httpx.AsyncClient:
    """A client of an application, with no server in between."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(guard, client=(address, 9)), base_url="http://test")


async def _fine(scope: Any, receive: Any, send: Any) -> None:
    await Response("fine")(scope, receive, send)


def test_clients_that_ask_too_much_are_told_to_wait() -> None:
    async def told() -> list[httpx.Response]:
        async with _client_of(_guard(Limits(requests_per_minute=60, burst=5), _fine)) as client:
            return [await client.get("/api/questions") for _ in range(8)] + [await client.get("/health")]

    *answers, health = asyncio.run(told())
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 3
    assert {answer.headers["retry-after"] for answer in answers[5:]} == {"1"}
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert health.status_code == 200


def test_more_requests_at_once_than_are_handled() -> None:
    async def told() -> list[httpx.Response]:
        go = asyncio.Event()

        async def slow(scope: Any, receive: Any, send: Any) -> None:
            await go.wait()
            await _fine(scope, receive, send)

        async with _client_of(_guard(Limits(concurrent=2), slow)) as client:
            asked = [asyncio.create_task(client.get("/sparql")) for _ in range(6)]
            await asyncio.sleep(0.2)
            go.set()
            return [*await asyncio.gather(*asked), await client.get("/sparql")]

    *answers, after = asyncio.run(told())
    assert Counter(answer.status_code for answer in answers) == {200: 2, 503: 4}
    assert all(answer.headers["retry-after"] for answer in answers if answer.status_code == 503)
    assert after.status_code == 200


def test_the_page_on_the_server_tells_the_limits_that_hold() -> None:
    page, limits = (ROOT / "docs" / "how-to" / "run-the-server.md").read_text(encoding="utf-8"), Limits()
    shown = [f"`{flag} {metavar}` | {getattr(limits, name):g} |" for flag, name, metavar, _ in serve_verb.LIMITS]
    rate, burst, workers = shown.pop(), shown.pop(), shown.pop(3)
    assert ("--rate" in burst, "--burst" in rate, "--workers" in workers) == (True, True, True)
    told = [
        *shown,
        f"`--rate N`, `--burst N` | {limits.requests_per_minute}, {limits.burst} |",
        f"{limits.head_seconds:g} s, then it is cut off",
        f"{limits.body_seconds:g} s, then 408",
        f"{limits.head_seconds:g} kB in {limits.head_seconds:g} s, else it is cut off",
        f"| {limits.concurrent_of_client} per client",
        f"| {limits.connections} across all clients",
    ]
    assert [each for each in told if each not in page] == []


def test_one_client_does_not_take_the_turns_of_others() -> None:
    async def told() -> tuple[list[httpx.Response], list[httpx.Response]]:
        go = asyncio.Event()

        async def slow(scope: Any, receive: Any, send: Any) -> None:
            await go.wait()
            await _fine(scope, receive, send)

        guard = _guard(Limits(concurrent=6, concurrent_of_client=4), slow)
        async with _client_of(guard, "192.0.2.1") as greedy, _client_of(guard, "192.0.2.2") as other:
            asked = [asyncio.create_task(greedy.get("/sparql")) for _ in range(20)]
            await asyncio.sleep(0.2)
            asked += [asyncio.create_task(other.get("/sparql")) for _ in range(3)]
            await asyncio.sleep(0.2)
            go.set()
            answers = await asyncio.gather(*asked)
            return [*answers[:20], await greedy.get("/sparql")], answers[20:]

    (*first, after), others = asyncio.run(told())
    assert Counter(answer.status_code for answer in first) == {200: 4, 429: 16}
    assert all(answer.headers["retry-after"] for answer in first if answer.status_code == 429)
    assert [answer.status_code for answer in others] == [200, 200, 503]
    assert after.status_code == 200


def test_a_body_that_never_ends_is_given_up() -> None:
    async def trickle(scope: Any, receive: Any, send: Any) -> None:
        async def pause() -> Any:
            await asyncio.sleep(5)
            return {"type": "http.request", "body": b"x", "more_body": True}

        await BodyLimit(_reading, Limits(body_seconds=0.2))(scope, pause, send)

    async def _reading(scope: Any, receive: Any, send: Any) -> None:
        await Response(await Request(scope, receive).body())(scope, receive, send)

    async def told() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(trickle), base_url="http://test") as client:
            return await client.post("/sparql")

    assert asyncio.run(told()).status_code == 408


def test_an_address_in_use_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["--project", str(ROOT), "serve", "--port", port]) == 2
    assert f"can't listen on 127.0.0.1, port {port}:" in capsys.readouterr().err


def test_it_stands_before_another_store(small_project: Path, tmp_path: Path, served_site: Built) -> None:
    with ExitStack() as stores:
        other = stores.enter_context(oxigraph_server())
        for file in (small_project / "ontology" / "core.ttl", small_project / "data" / "states" / "ut.ttl"):
            address = f"{other.name.removesuffix('/query')}/store"
            graph = f"https://w3id.org/spf-kg/graph/{file.stem}"
            headers = {"Content-Type": "text/turtle"}
            httpx.put(address, params={"graph": graph}, content=file.read_bytes(), headers=headers).raise_for_status()
        with running(
            tmp_path, f"--store={other.name}", f"--site={served_site.folder}", project=small_project
        ) as server:
            expected = len(other.select("SELECT * WHERE { ?s ?p ?o }").rows)
            assert server.count() == expected > 500
            utah = {"query": COUNT, "default-graph-uri": "https://w3id.org/spf-kg/graph/ut"}
            named = httpx.post(f"{server.url}sparql", data=utah).raise_for_status().json()
            assert 0 < int(named["results"]["bindings"][0]["n"]["value"]) < expected
            for query, status in (
                ("SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 403),
                ("SELECT * FROM <http://127.0.0.1:9/> WHERE { ?s ?p ?o }", 400),
                ("INSERT DATA { <a:b> <a:b> <a:b> }", 400),
                (CARTESIAN, 503),
            ):
                assert server.sparql(query).status_code == status, query
            construct = "CONSTRUCT { ?s a ?o } WHERE { ?s a ?o } LIMIT 5"
            assert len(server.sparql(construct, Accept="application/n-triples").text.splitlines()) == 5
            away = {"query": COUNT, "default-graph-uri": "http://127.0.0.1:9/"}
            assert httpx.post(f"{server.url}sparql", data=away).status_code == 400
            stores.close()
            for failed in (server.sparql(COUNT), httpx.get(f"{server.url}api/questions/conditions", timeout=30)):
                assert failed.status_code == 502
                assert "127.0.0.1" not in failed.text
            assert other.name not in server.log.read_text()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--port", "99999"], "not a port"),
        (["--workers", "0"], "not a number above 0"),
        (["--query-timeout", "soon"], "not a number above 0"),
    ],
)
def test_wrong_arguments(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--project", str(ROOT), "serve", *arguments])
    assert stopped.value.code == 2
    assert told in capsys.readouterr().err


def test_a_folder_without_an_explorer_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--project", str(ROOT), "serve", "--port=0", "--site", str(tmp_path)]) == 2
    assert "holds no explorer" in capsys.readouterr().err


def test_what_to_install_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name in ("uvicorn", "mcp") else object())
    for verb in ("serve", "mcp"):
        assert main(["--project", str(ROOT), verb]) == 2
        assert f"pip install 'spf-kg[{verb}]'" in capsys.readouterr().err


def test_the_rate_limit_fills_again() -> None:
    limit = RateLimit(per_second=2, burst=3)
    assert [limit.wait("a", 0.0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert limit.wait("b", 0.0) == 0
    assert limit.wait("a", 0.5) == 0
    assert limit.wait("a", 0.5) == 0.5
    assert all(limit.wait(str(n), 1.0) == 0 for n in range(20_000))
    assert RateLimit(per_second=0, burst=0).wait("a", 0.0) == 0


def test_kept_reports_give_way_and_expire() -> None:
    kept = KeptReports(megabytes=1, minutes=1)
    first, second = (kept.keep({"json": bytes(700_000)}, 0.0) for _ in range(2))
    assert kept.find(first, "json", 0.0) is None
    assert kept.find(second, "json", 59.0) == bytes(700_000)
    assert kept.find(second, "sarif", 59.0) is None
    assert kept.find(second, "json", 61.0) is None
    assert kept.size == 0


def test_what_is_accepted_is_weighed() -> None:
    offers = ("a/b", "a/c", "d/e")
    assert [chosen(accept, offers) for accept in ("", "*/*", "a/*;q=.5, a/c", "d/e;q=0.1", "a/b;q=0, a/*")] == [
        "a/b", "a/b", "a/c", "d/e", "a/c",
    ]  # fmt: skip
    assert [chosen(accept, offers) for accept in ("x/y", "*/*;q=0", "a/b;q=nonsense", "nonsense")] == [None] * 4


class _Misbehaving:
    """A job that does as it is told."""

    def __init__(self, how: str) -> None:
        self.how = how

    def run(self, _: None) -> Any:
        if self.how == "sleep":
            time.sleep(60)
        if self.how == "exit":
            os._exit(1)
        if self.how == "memory":
            return len(bytearray(10**10))
        if self.how == "open":
            return Path("/etc/hostname").read_text()
        if self.how == "connect":
            return socket.create_connection(("127.0.0.1", 9))
        return self.how


def _nothing() -> None:
    """Nothing to prepare."""


def test_a_worker_that_misbehaves_is_replaced() -> None:
    async def told() -> list[str]:
        pool: WorkerPool[None] = WorkerPool(_nothing, WorkerSettings(1, 1.0, 1024, 30.0, sealed=True))
        await pool.start()
        said = []
        for how in ("sleep", "fine", "exit", "memory", "fine", "open", "connect", "fine"):
            try:
                said.append(str(await pool.run(_Misbehaving(how))))
            except WorkerFaultError as error:
                said.append(str(error).strip().splitlines()[-1])
            except Exception as error:  # noqa: BLE001 - whatever it says is compared
                said.append(str(error))
        for process in multiprocessing.active_children():
            process.kill()  # as the system does when memory runs out; the next job is done all the same
            process.join()
        said.append(str(await pool.run(_Misbehaving("fine"))))
        pool.close()
        return [*said, json.dumps(dict(pool.counts), sort_keys=True)]

    stopped, fine, died, memory, again, file, network, still, after, counts = asyncio.run(told())
    assert "ran for 1 seconds and was stopped" in stopped
    assert "1024 MB of memory" in died
    assert "1024 MB of memory" in memory
    assert [fine, again, still, after] == ["fine"] * 4
    assert "Too many open files" in file
    assert "Too many open files" in network
    assert json.loads(counts) == {"died": 2, "done": 4, "overtime": 1}
