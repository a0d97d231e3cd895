"""A feed of changes for each jurisdiction, made from the history of releases: what each says that the last did not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import quoteattr

from kgtools.answers.evidence.graph import Thing
from kgtools.core.namespaces import BASE
from kgtools.core.visible import markup
from kgtools.core.words import plural
from kgtools.publish.site.releases import ReleaseChanges

if TYPE_CHECKING:
    from kgtools.publish.site.pages import Site

_MOST: Final = 200
"""How many changes of one release an entry lists."""


def feeds(site: Site, places: Iterable[Thing], history: Sequence[ReleaseChanges]) -> dict[str, bytes]:
    """The feed of each jurisdiction, and one for all, as Atom.

    Args:
        site: the site.
        places: the jurisdictions.
        history: what changed with each release after the first that is known, the oldest first.
    """
    places = list(places)
    found = {}
    for place in places:
        entries = [
            _entry(place.iri, release, place.label, release.changes[place.label], _page(site, place))
            for release in history
            if release.changes.get(place.label)
        ]
        first = _first(site, place) if not history else ""
        path = f"states/{place.slug}.atom"
        found[path] = _feed(site, place.iri, f"Changes on record for {place.label}", path, [first, *entries])
    entries = [
        _entry(place.iri, release, place.label, release.changes[place.label], _page(site, place))
        for release in history
        for place in places
        if release.changes.get(place.label)
    ]
    firsts = [] if history else [_first(site, place) for place in places]
    found["changes.atom"] = _feed(site, BASE, "Changes on record for all states", "changes.atom", [*firsts, *entries])
    return found


def _page(site: Site, place: Thing) -> str:
    return f"{site.base_url}states/{place.slug}.html" if site.base_url else place.iri


def _first(site: Site, place: Thing) -> str:
    policies = sum(thing.kind == "state-policy" for thing in place.referring("jurisdiction"))
    looked = sum(cell.looked_at for cell in site.evidence.row(place))
    of = sum(len(cell.standings) for cell in site.evidence.row(place))
    said = [
        f"First on record: {plural(policies, 'policy', 'policies')}; {looked} of {of} recommended policies looked at."
    ]
    release = ReleaseChanges(site.version, site.as_of, {})
    return _entry(place.iri, release, place.label, said, _page(site, place))


def _entry(iri: str, release: ReleaseChanges, name: str, sentences: Sequence[str], page: str) -> str:
    more = len(sentences) - _MOST
    shown = [*sentences[:_MOST], *([f"{more:,} more."] if more > 0 else [])]
    items = "".join(f"<li>{markup(sentence)}</li>" for sentence in shown)
    return (
        f"<entry><id>{markup(iri)}#changes-{markup(re.sub(r'[^A-Za-z0-9.-]', '-', release.version))}</id>"
        f"<title>{markup(name)}, version {markup(release.version)}: {plural(len(sentences), 'change')}</title>"
        f"<updated>{_moment(release.day)}</updated><link href={quoteattr(page)}/>"
        f'<content type="html">{markup(f"<ul>{items}</ul>")}</content></entry>\n'
    )


def _feed(site: Site, iri: str, title: str, path: str, entries: Sequence[str]) -> bytes:
    own = f'<link rel="self" href={quoteattr(site.base_url + path)}/>' if site.base_url else ""
    newest_first = "".join(reversed(entries))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<id>{markup(iri)}#changes</id><title>{markup(title)}</title><updated>{_moment(site.as_of)}</updated>{own}"
        "<author><name>The spf-kg maintainers</name></author>"
        "<rights>CC BY 4.0</rights>\n"
        f"{newest_first}</feed>\n"
    ).encode()


def _moment(day: str) -> str:
    return f"{day if re.fullmatch(r'[0-9]{4}-[0-9]{2}-[0-9]{2}', day) else '1970-01-01'}T00:00:00Z"
