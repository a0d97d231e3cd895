"""What a reader takes away from a page: how to cite it, in three forms, with a stable address and the version."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kgtools.core.namespaces import BASE
from kgtools.publish.release.description import LICENSE_URL

if TYPE_CHECKING:
    from kgtools.publish.site.pages import Page, Site

_AUTHOR: Final = "The spf-kg maintainers"
_WHOLE: Final = "spf-kg: a knowledge graph of US state policy for personalized learning"


@dataclass(frozen=True, slots=True)
class PageCitation:
    """How to cite a page.

    Attributes:
        apa: in the style of the American Psychological Association.
        bibtex: for BibTeX.
        ris: for reference managers.
        address: the stable address: the identifier of what the page is about, else the page's own, else the data set's.
    """

    apa: str
    bibtex: str
    ris: str
    address: str


def cite(site: Site, page: Page) -> PageCitation:
    """How to cite a page.

    Args:
        site: the site; its version and the day of the last review are part of the citation.
        page: the page.
    """
    own = f"{site.base_url}{page.path}" if site.base_url else BASE
    address = page.about.iri if page.about else own
    day = dt.date.fromisoformat(site.as_of) if re.fullmatch(r"\d{4}-\d\d-\d\d", site.as_of) else None
    dated = f"{day.year}, {day:%B} {day.day}" if day else "n.d."
    key = re.sub(r"[^a-z0-9]+", "-", f"spf-kg-{page.path.removesuffix('.html')}")
    apa = f"{_AUTHOR}. ({dated}). {page.title}. In {_WHOLE} (Version {site.version}) [Data set]. {address}"
    fields = {
        "author": "{The spf-kg maintainers}",
        "title": _tex(page.title),
        "booktitle": _tex(_WHOLE),
        "year": str(day.year) if day else "n.d.",
        "version": site.version,
        "url": address,
        "note": "Data set, CC BY 4.0",
    }
    bibtex = f"@misc{{{key},\n" + "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items()) + "}"
    ris = [
        ("TY", "DATA"),
        ("AU", _AUTHOR),
        ("TI", page.title),
        ("T2", _WHOLE),
        *([("PY", str(day.year)), ("DA", f"{day:%Y/%m/%d}")] if day else []),
        ("ET", site.version),
        ("UR", address),
        ("ER", ""),
    ]
    return PageCitation(apa, bibtex, "\n".join(f"{tag}  - {' '.join(value.split())}" for tag, value in ris), address)


def _tex(text: str) -> str:
    return re.sub(r"([&%$#_{}])", r"\\\1", text.replace("\\", r"\textbackslash "))


def page_metadata(site: Site, page: Page) -> dict[str, Any]:
    """What a page is, as schema.org describes one, for search engines."""
    found: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "WebPage",
        "name": page.title,
        "description": page.description,
        "inLanguage": "en",
        "license": LICENSE_URL,
        "isPartOf": {"@type": "Dataset", "@id": BASE, "name": _WHOLE, "version": site.version},
    }
    if site.as_of:
        found["dateModified"] = site.as_of
    if site.base_url:
        found["url"] = site.base_url + page.path
    if page.about:
        found["about"] = _about(page)
    return found


def _about(page: Page) -> dict[str, Any]:
    thing = page.about
    if thing is None:
        return {}
    about: dict[str, Any] = {"@id": thing.iri, "name": thing.label}
    place = thing.one("jurisdiction")
    if thing.kind == "jurisdiction":
        about["@type"] = "AdministrativeArea"
    elif thing.kind == "state-policy":
        about["@type"] = "Legislation"
        if thing.text("citation"):
            about["legislationIdentifier"] = thing.text("citation")
        if place:
            about["legislationJurisdiction"] = {"@type": "AdministrativeArea", "name": place.label}
    else:
        about["@type"] = "DefinedTerm"
    return about
