"""Measurements for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from kgtools.serve.generation import Serving

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_ROUTES: Final = ("/sparql", "/api", "/validate", "/validate-list", "/id", "/health", "/ready", "/metrics")


class Metrics:
    """The server's measurements, in a registry of their own.

    Args:
        serving: what is being served.
    """

    def __init__(self, serving: Serving) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "kgtools_requests", "Requests answered.", ["route", "method", "status"], registry=self._registry
        )
        self.seconds = Histogram(
            "kgtools_request_seconds", "How long requests took.", ["route"], registry=self._registry
        )
        self.under_way = Gauge("kgtools_requests_under_way", "Requests being answered.", registry=self._registry)
        self.reloads = Counter("kgtools_reloads", "Reloads of the data.", ["outcome"], registry=self._registry)
        self._registry.register(_Workers(serving))

    def text(self) -> bytes:
        """The measurements in the text format."""
        return generate_latest(self._registry)


class _Workers(Collector):
    """What the worker processes are doing, looked up when it is asked for."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving

    def collect(self) -> Iterator[Metric]:
        """The measurements."""
        yield GaugeMetricFamily("kgtools_generation", "Which version of the data is served.", self._serving.number)
        generation = self._serving.current
        if generation is None:
            return
        workers = GaugeMetricFamily("kgtools_workers", "Worker processes.", labels=["pool"])
        busy = GaugeMetricFamily("kgtools_workers_busy", "Worker processes with a job.", labels=["pool"])
        jobs = CounterMetricFamily("kgtools_jobs", "Jobs of worker processes.", labels=["pool", "outcome"])
        for name, pool in generation.pools.items():
            workers.add_metric([name], pool.size)
            busy.add_metric([name], pool.busy)
            for outcome, number in pool.counts.items():
                jobs.add_metric([name, outcome], number)
        yield from (workers, busy, jobs)


def route_of(path: str) -> str:
    """The route of a path, out of a few, so that no client can make the measurements grow."""
    return next((route for route in _ROUTES if path == route or path.startswith(route + "/")), "site")
