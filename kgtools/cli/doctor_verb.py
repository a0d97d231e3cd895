"""``kgtools doctor``: show what works here, and how to fix what does not."""

from __future__ import annotations

import argparse
import json
import shutil
import textwrap
from collections.abc import Sequence
from itertools import groupby
from typing import Final

from kgtools.cli.doctor import Diagnosis, Need, State, examine
from kgtools.cli.output import add_output_arguments, chosen_format, emit

_NEEDS: Final = tuple(Need)
_WIDEST: Final = 40  # characters of a subject that the others are aligned to


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "--store",
        action="append",
        default=[],
        metavar="URL|DIR",
        help="also check this SPARQL endpoint or embedded store; may be repeated. The network is used only for these",
    )
    add_output_arguments(parser, ("text", "json"), "text")


def run(options: argparse.Namespace) -> int:
    """Print what was found; exit 1 when something that is needed does not work."""
    found = tuple(examine(options.project, options.store))
    failed = any(one.fails for one in found)
    if chosen_format(options, {"txt": "text"}) == "json":
        emit(options, json.dumps({"works": not failed, "found": [one.as_dict() for one in found]}, indent=2) + "\n")
    else:
        emit(options, text(found))
    return int(failed)


def text(found: Sequence[Diagnosis]) -> str:
    """The diagnoses as lines under a heading for each need, and what they come to."""
    width = min(_WIDEST, max(len(one.subject) for one in found)) + 2
    ordered = sorted(found, key=lambda one: _NEEDS.index(one.need))
    blocks = [
        "\n".join([need.value.capitalize(), *(_lines(one, width) for one in group)])
        for need, group in groupby(ordered, key=lambda one: one.need)
    ]
    return "\n\n".join([*blocks, _summary(found)]) + "\n"


def _lines(one: Diagnosis, width: int) -> str:
    start = f"  {one.state.value:<9}{one.subject:<{width - 2}}  "
    lines = _filled(one.found, start, " " * len(start))
    if one.remedy:
        lines += "\n" + _filled(one.remedy, " " * len(start) + "→ ", " " * (len(start) + 2))
    return lines


def _filled(words: str, first: str, others: str) -> str:
    room = max(shutil.get_terminal_size((120, 24)).columns, len(others) + 30)
    return textwrap.fill(
        words, room, initial_indent=first, subsequent_indent=others, break_long_words=False, break_on_hyphens=False
    )


def _summary(found: Sequence[Diagnosis]) -> str:
    failed = [one.subject.strip() for one in found if one.fails]
    if failed:
        return f"Some things that are needed do not work: {', '.join(failed)}."
    missing = sum(one.state in {State.MISSING, State.BROKEN} for one in found)
    return "Everything needed works." + (f" Missing, but optional: {missing}." if missing else "")
