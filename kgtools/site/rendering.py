"""Templates: one environment, with everything from the graph escaped, and links relative to the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import jinja2
from markupsafe import Markup

from kgtools.namespaces import shortened
from kgtools.site.addresses import address_of
from kgtools.site.evidence import level_of
from kgtools.site.model import Thing

_TEMPLATES: Final = Path(__file__).parent / "templates"
_WEB: Final = re.compile(r"https?://[^\s<>\"]+\Z", re.IGNORECASE)
_MONTHS: Final = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


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
    found.globals.update(href=href, level_of=level_of)
    found.filters.update(day=day, host=host, plural=plural, web=web, phrase=phrase, wbr=breakable, curie=curie)
    return found


@jinja2.pass_context
def href(context: jinja2.runtime.Context, target: Thing | str) -> str:
    """The address of a thing or of a path in the site, relative to the page that is being written."""
    path = target if isinstance(target, str) else address_of(target)
    return f"{context['root']}{path}"


def day(text: str) -> str:
    """A date, a month or a year as a reader says it: ``23 Nov 2026``, ``Nov 2026``, ``2026``."""
    parts = text.split("-")
    if len(parts) not in (2, 3) or not all(part.isdigit() for part in parts):
        return text
    month = _MONTHS[(int(parts[1]) - 1) % 12]
    return f"{month} {parts[0]}" if len(parts) == 2 else f"{int(parts[2])} {month} {parts[0]}"


def host(url: str) -> str:
    """The host of a web address, without ``www.``."""
    return url.partition("://")[2].partition("/")[0].removeprefix("www.")


def plural(number: int, one: str, many: str = "") -> str:
    """A number with its noun: ``1 state``, ``2 states``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def web(url: str) -> str:
    """The address if it is one of the web, else nothing: a record can't smuggle in ``javascript:``."""
    return url if _WEB.match(url) else ""


def phrase(text: str) -> str:
    """The text with its first letter in upper case and a full stop, as a sentence stands alone."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text[-1:] in ".?!" else ".") if text else ""


def breakable(text: str) -> Markup:
    """A long identifier or address that may be broken after its separators."""
    return Markup("<wbr>").join(re.findall(r"[^/#.?&=_-]*[/#.?&=_-]?", text))


def curie(iri: str) -> str:
    """An IRI with its prefix, or whole where no prefix of the project fits."""
    return shortened(iri).strip("<>")
