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
from kgtools.answers.evidence.standing import LEVELS, reach, sources_of
from kgtools.core.namespaces import shortened
from kgtools.core.words import day, host, phrase, plural, web
from kgtools.publish.site.addresses import address_of

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
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    found.globals.update(href=href, level_words=LEVELS, reach=reach, sources_of=sources_of)
    found.filters.update(day=day, host=host, plural=plural, web=web, phrase=phrase, wbr=breakable, curie=curie)
    return found


@jinja2.pass_context
def href(context: jinja2.runtime.Context, target: Thing | str) -> str:
    """The address of a thing or of a path in the site, relative to the page that is being written."""
    path = target if isinstance(target, str) else address_of(target)
    return f"{context['root']}{path}"


def breakable(text: str) -> Markup:
    """A long identifier or address that may be broken after its separators."""
    return Markup("<wbr>").join(re.findall(r"[^/#.?&=_-]*[/#.?&=_-]?", text))


def curie(iri: str) -> str:
    """An IRI with its prefix, or whole where no prefix of the project fits."""
    return shortened(iri).strip("<>")
