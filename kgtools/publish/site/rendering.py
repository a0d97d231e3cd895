"""Templates: one environment, with everything from the graph escaped, and links relative to the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import jinja2
from markupsafe import Markup

from kgtools.answers.evidence.graph import Thing
from kgtools.answers.evidence.standing import LEVELS, is_only_inferred, reach, sources_of
from kgtools.core.namespaces import shortened
from kgtools.core.words import day, either, host, phrase, plural, web
from kgtools.publish.site.addresses import address_of
from kgtools.publish.site.maps import SHADES, STAR, level_codes, lowered, textures

_TEMPLATES: Final = Path(__file__).parent / "templates"


def render(template: str, path: str, root: str, context: Mapping[str, Any]) -> str:
    """Fill a template.

    Args:
        template: its name.
        path: the page's path in the site.
        root: what links begin with: the way from the page to the site's own folder, or its address.
        context: what it is filled with.
    """
    return environment().get_template(template).render(**context, path=path, root=root)


@cache
def environment() -> jinja2.Environment:
    """The environment: autoescape on, and a name that isn't there is an error."""
    loader = jinja2.FileSystemLoader(_TEMPLATES)
    found = jinja2.Environment(
        loader=loader,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # else the file of a template is looked at each time it is used, 13,000 times a build
    )
    found.globals.update(
        href=href,
        level_words=LEVELS,
        reach=reach,
        is_only_inferred=is_only_inferred,
        sources_of=sources_of,
        shades=SHADES,
        textures=textures(),
    )
    found.globals.update(star=STAR, kinds_of_source=_COUNTED)
    found.globals.update(claim_evidence=claim_evidence, source_line=source_line, footer=footer)
    found.filters.update(day=day, host=host, plural=plural, web=web, phrase=phrase, wbr=breakable, curie=curie)
    found.filters.update(lowered=lowered, levels=level_codes, either=either, by_kind=by_kind_of_source)
    return found


@jinja2.pass_context
def href(context: jinja2.runtime.Context, target: Thing | str) -> str:
    """The address of a thing or of a path in the site, relative to the page that is being written."""
    path = target if isinstance(target, str) else address_of(target)
    return f"{context['root']}{path}"


def _piece(context: jinja2.runtime.Context, template: str, key: str, shown: Mapping[str, Any]) -> str:
    """A part of pages that is the same on all that lie equally deep: rendered once for each depth."""
    snippets, root = context["site"].snippets, context["root"]
    key = f"{template} {root} {key}"
    if key not in snippets:
        whole = {"site": context["site"], "root": root, "path": "", **shown}
        snippets[key] = environment().get_template(template).render(whole)
    return str(snippets[key])


@jinja2.pass_context
def claim_evidence(context: jinja2.runtime.Context, claim: Thing) -> str:
    """What a claim rests on, folded, as HTML."""
    return _piece(context, "claim.html", claim.iri, {"claim": claim, "parts": by_kind_of_source(claim)})


@jinja2.pass_context
def source_line(context: jinja2.runtime.Context, source: Thing) -> str:
    """A source with its publisher, kind, day and address, as HTML."""
    return _piece(context, "source_line.html", source.iri, {"source": source})


@jinja2.pass_context
def footer(context: jinja2.runtime.Context) -> str:
    """The footer of every page, as HTML."""
    return _piece(context, "footer.html", "", {})


def by_kind_of_source(claim: Thing) -> list[tuple[str, list[Thing]]]:
    """The provisions that a claim rests on, by the kind of their sources: official, unofficial copies, accounts."""
    grouped: dict[str, list[Thing]] = {}
    for provision in claim.many("restsOn"):
        kinds = {source.slug_of("sourceKind") for source in provision.many("hasSource")}
        nearest = next((kind for kind in _KINDS if kind in kinds), "secondary")
        grouped.setdefault(nearest, []).append(provision)
    return [(words, grouped[kind]) for kind, words in _KINDS.items() if kind in grouped]


_KINDS: Final = {"official": "Official", "mirror": "Unofficial copies", "secondary": "By others"}
_COUNTED: Final = {
    _KINDS["official"]: ("official", "official"),
    _KINDS["mirror"]: ("unofficial copy", "unofficial copies"),
    _KINDS["secondary"]: ("account by others", "accounts by others"),
}


def breakable(text: str) -> Markup:
    """A long identifier or address that may be broken after its separators."""
    return Markup("<wbr>").join(re.findall(r"[^/#.?&=_-]*[/#.?&=_-]?", text))


def curie(iri: str) -> str:
    """An IRI with its prefix, or whole where no prefix of the project fits."""
    return shortened(iri).strip("<>")
