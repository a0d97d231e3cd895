"""Building the explorer: all files in memory, then into a folder beside the target, then into its place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pyoxigraph as ox

from kgtools.answers.evidence.differences import QUESTION as DIFFERENCES
from kgtools.answers.evidence.differences import differences
from kgtools.answers.evidence.graph import ThingGraph
from kgtools.answers.questions import Question, bind, read_catalog
from kgtools.answers.statistics import count
from kgtools.core.errors import SiteError
from kgtools.core.namespaces import BASE, SPF
from kgtools.core.project import Project
from kgtools.core.words import day
from kgtools.graph.disk.durable import real_path
from kgtools.graph.disk.folders import staged_folder
from kgtools.graph.files import Files
from kgtools.graph.store import EmbeddedStore, Solutions
from kgtools.publish.site.assets import own_assets, vendored_assets
from kgtools.publish.site.cards import card_of
from kgtools.publish.site.datafiles import dataset_metadata, downloads, handouts, script_data, sitemap
from kgtools.publish.site.maps import all_maps, standing_picture
from kgtools.publish.site.pages import Page, Site, all_pages
from kgtools.publish.site.releases import ReleaseChanges
from kgtools.publish.site.takeaway import cite, page_metadata
from kgtools.publish.site.timeline import bars, timeline_picture
from kgtools.schema.rules import Catalog

MARKER: Final = "site.json"


@dataclass(frozen=True, slots=True)
class SiteReport:
    """What was built.

    Attributes:
        folder: where.
        pages: how many pages.
        files: how many files in all.
        size: their size in bytes.
    """

    folder: Path
    pages: int
    files: int
    size: int


def build_site(
    project: Project,
    folder: Path,
    *,
    version: str,
    base_url: str = "",
    served: bool = False,
    files: Files | None = None,
    history: Sequence[ReleaseChanges] = (),
) -> SiteReport:
    """Build the explorer of a project.

    Args:
        project: the project.
        folder: where the site goes; what an earlier build left there is replaced.
        version: the version that the site says it shows.
        base_url: where the site will be published, if that is known: gives canonical links and a site map.
        served: whether ``kgtools serve`` will show it, which adds what needs a server.
        files: the files as the command reads them, where it reads them for more than this.
        history: what changed with each release after the first that is known, the oldest first, for the feeds.

    Raises:
        SiteError: the folder holds something that isn't an explorer, the address isn't one of the web, or the graph
            lacks what a page can't do without.
        QuestionError: a canned question isn't as it should be.
        InUseError: another command builds into the folder.
        OSError: a file can't be written.
    """
    folder = real_path(folder)
    _check(folder, base_url)
    with staged_folder(folder) as staged:
        address = base_url.rstrip("/") + "/" if base_url else ""
        whole = _whole(project, files or Files(), version, address, served=served, history=history)
        pages, contents = _contents(whole)
        for path, content in contents.items():
            target = staged.work / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        staged.install()
    return SiteReport(folder, pages, len(contents), sum(map(len, contents.values())))


def _contents(whole: _Whole) -> tuple[int, dict[str, bytes]]:
    """The number of pages, and the content of each file of the site."""
    site = whole.site
    pages = list(all_pages(site))
    contents = {
        **own_assets(),
        **vendored_assets(),
        **script_data(site),
        **downloads(site, whole.ontology, whole.data),
        **handouts(site),
        **_pictures(site),
        **{page.path: _html(site, page).encode() for page in pages},
        MARKER: json.dumps({"made-by": "kgtools", "version": site.version, "pages": len(pages)}).encode() + b"\n",
    }
    if site.base_url:
        contents["sitemap.xml"] = sitemap(site, pages)
    return len(pages), contents


def _pictures(site: Site) -> dict[str, bytes]:
    """Each map and chart as a picture that stands alone."""
    found = {
        f"images/{each.slug}.svg": standing_picture(each, _facts(site, each.about.iri))
        for each in all_maps(site.evidence)
    }
    found["images/timeline.svg"] = timeline_picture(bars(site.policies), _facts(site, BASE))
    return found


def _facts(site: Site, iri: str) -> list[str]:
    """What a picture says of itself, since it may be seen far from its page."""
    reconstructed = "Names of the conditions are a reconstruction. " if site.evidence.reconstructed else ""
    reviewed = f", reviewed up to {day(site.as_of)}" if site.as_of else ""
    return [
        f"{reconstructed}Not reviewed never means no.",
        f"spf-kg {site.version}{reviewed}, CC BY 4.0.",
        iri,
    ]


def _check(folder: Path, base_url: str) -> None:
    if folder.exists() and not folder.is_dir():
        raise SiteError(f"{folder} is a file; name a folder for the site.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARKER).is_file():
        raise SiteError(f"{folder} holds files that aren't an explorer made by kgtools; name another folder.")
    if base_url and not base_url.startswith(("https://", "http://")):
        raise SiteError(f"'{base_url[:80]}' isn't a web address; begin it with https://.")


@dataclass(frozen=True, slots=True)
class _Whole:
    """The site, with the triples that it was made from."""

    site: Site
    ontology: tuple[ox.Triple, ...]
    data: tuple[ox.Triple, ...]


def _whole(
    project: Project, files: Files, version: str, base_url: str, *, served: bool, history: Sequence[ReleaseChanges]
) -> _Whole:
    ontology, data = files.triples(*project.ontology), files.triples(*project.data)
    store = EmbeddedStore()
    store.load((*ontology, *data), BASE + "graph/all")
    shapes = files.triples(*project.shapes)
    questions = read_catalog(project)
    site = Site(
        graph=ThingGraph.of((*ontology, *data)),
        shapes=ThingGraph.of(shapes),
        rules=Catalog(shapes).rules,
        statistics=count(store),
        questions=questions,
        version=version,
        base_url=base_url,
        files=_published(project, files),
        served=served,
        alike=_alike(store, questions),
        differences=differences(project, store) if DIFFERENCES in {question.name for question in questions} else (),
        history=history,
    )
    return _Whole(site, ontology, data)


def _alike(store: EmbeddedStore, questions: Iterable[Question]) -> dict[str, list[tuple[str, int]]]:
    """The answers to the canned question which states are most alike; none where the project doesn't ask it."""
    asked = next((question for question in questions if question.name == "most-alike"), None)
    if asked is None:
        return {}
    codes = [row["usps"] for row in _rows(store.select(_CODES))]
    found = {}
    for code in codes:
        rows = _rows(store.select(bind(asked.query, asked.parameters, {"state": code}, store)))
        found[code] = [(row["usps"], int(row["percent_alike"])) for row in rows]
    return found


_CODES: Final = f"PREFIX spf: <{SPF}> SELECT ?usps WHERE {{ ?place a spf:State ; spf:uspsCode ?usps }} ORDER BY ?usps"


def _rows(answer: Solutions) -> Iterator[dict[str, str]]:
    for row in answer.rows:
        yield {name: getattr(term, "value", "") for name, term in zip(answer.variables, row, strict=True)}


def _published(project: Project, files: Files) -> dict[str, bytes]:
    """The Turtle files of the project by their path in the site: a jurisdiction's lies beside its page."""
    found = {
        f"downloads/{file.relative_to(project.root).as_posix()}": files.content(file)
        for file in (*project.ontology, *project.shapes)
    }
    for file in project.data:
        path = file.relative_to(project.root / "data").as_posix()
        found[path if path.startswith("states/") else f"downloads/data/{path}"] = files.content(file)
    return found


def _html(site: Site, page: Page) -> str:
    from jinja2 import UndefinedError

    from kgtools.publish.site.rendering import render

    of_data_set = page.path in ("index.html", "downloads.html")
    metadata = dataset_metadata(site) if of_data_set else page_metadata(site, page)
    # A host shows the page for what is missing at any depth, so its links can't be relative.
    root = _host_root(site) if page.path == "404.html" else "../" * page.path.count("/")
    context: dict[str, Any] = {
        "site": site,
        "page": page,
        "metadata": metadata,
        "citation": cite(site, page),
        "card": card_of(page),
    }
    try:
        return render(page.template, page.path, root, {**context, **page.context})
    except UndefinedError as error:
        raise SiteError(
            f"The page {page.path} can't be written, because a record that it shows is incomplete ({error}). "
            "'kgtools validate' shows which one, and how to fix it."
        ) from error


def _host_root(site: Site) -> str:
    return urlsplit(site.base_url).path or ("/" if site.served else "")
