"""The pages of rules, and the list of them, in each format."""

from __future__ import annotations

import csv
import io
import json
import textwrap
from collections.abc import Callable, Sequence
from typing import Final

from kgtools.core.namespaces import shortened
from kgtools.schema.rules import Rule
from kgtools.tables.schema import Sheet
from kgtools.validation.readers import FindingReader
from kgtools.validation.render.html import page, text
from kgtools.validation.render.markdown import code, escaped
from kgtools.validation.render.structured import rule_object
from kgtools.validation.render.tables import harmless
from kgtools.validation.render.words import SINGULARS

_COLUMNS: Final = (
    "id", "severity", "name", "message", "rationale", "fix", "example", "target", "path", "constraint", "link", "shape",
)  # fmt: skip


def explain(rule: Rule, width: int = 100) -> str:
    """A rule's page as text."""
    lines = [f"{rule.identifier}  {rule.name}".rstrip(), ""]
    entries = [
        ("Severity", f"{SINGULARS[rule.severity]} ({rule.meaning})"),
        ("Applies to", rule.target),
        ("Property", shortened(rule.path) if rule.path else ""),
        ("Says", rule.message.replace("{?value}", "…")),
        ("Why", rule.rationale),
        ("Fix", rule.fix_for()),
        ("Example", rule.example),
        ("Checks", rule.constraint),
        ("Page", rule.link),
        ("Shape", rule.shape),
    ]
    return "\n".join([*lines, *_listed(entries, width)]) + "\n"


def explain_to_sheets(rule: Rule, sheet: Sheet | None, reader: FindingReader, width: int = 100) -> str:
    """A rule's page as text, in the words of a workbook.

    Args:
        rule: the rule.
        sheet: the sheet that it is about, where it is about one.
        reader: somebody who fills in that sheet.
        width: how wide the text is.
    """
    entries = [
        ("Severity", f"{SINGULARS[rule.severity]} ({rule.meaning})"),
        ("Sheet", sheet.title if sheet else ""),
        ("Says", rule.message_for(sheet.label if sheet else "", reader).replace("{?value}", "…")),
        ("Why", rule.rationale),
        ("Fix", rule.fix_for(reader)),
        ("Example", reader.example(rule) if sheet else rule.example),
    ]
    return "\n".join([f"{rule.identifier}  {rule.name}".rstrip(), "", *_listed(entries, width)]) + "\n"


def _listed(entries: Sequence[tuple[str, str]], width: int) -> list[str]:
    lines: list[str] = []
    for name, value in entries:
        if value:
            lead = f"{name}:".ljust(10)
            lines += textwrap.wrap(
                value, width, initial_indent=lead, subsequent_indent=" " * 10, break_long_words=False
            )
    return lines


def _table(rules: Sequence[Rule]) -> str:
    wide = max((len(rule.identifier) for rule in rules), default=4)
    lines = [f"{'rule'.ljust(wide)}  {'severity'.ljust(9)}  what"]
    lines += [f"{rule.identifier.ljust(wide)}  {SINGULARS[rule.severity].ljust(9)}  {rule.name}" for rule in rules]
    return "\n".join([*lines, "", f"{len(rules)} rules; 'kgtools explain RULE' explains one."]) + "\n"


def _csv(rules: Sequence[Rule]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, _COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: harmless(value) for name, value in rule_object(rule).items()} for rule in rules)
    return stream.getvalue()


def _json(rules: Sequence[Rule]) -> str:
    return json.dumps([rule_object(rule) for rule in rules], ensure_ascii=False, indent=2) + "\n"


def _markdown(rules: Sequence[Rule]) -> str:
    lines = ["# Validation rules", "", f"{len(rules)} rules, read from the shapes.", ""]
    for rule in rules:
        lines += [f'## <a id="{rule.identifier}"></a>{escaped(rule.identifier)}: {escaped(rule.name)}', ""]
        lines += [f"- {name}: {shown}" for name, shown in _entries(rule, escaped, code) if shown]
        lines.append("")
    return "\n".join(lines)


def _entries(rule: Rule, words: Callable[[str], str], literal: Callable[[str], str]) -> list[tuple[str, str]]:
    severity = f"{SINGULARS[rule.severity]} ({rule.meaning})"
    shown = [("Severity", words(severity)), ("Applies to", literal(rule.target) if rule.target else "")]
    shown += [("Says", words(rule.message.replace("{?value}", "…"))), ("Why", words(rule.rationale))]
    shown += [("Fix", words(rule.fix_for())), ("Example", literal(rule.example) if rule.example else "")]
    return [*shown, ("Checks", literal(rule.constraint) if rule.constraint else "")]


def _html(rules: Sequence[Rule]) -> str:
    def literal(value: str) -> str:
        return f"<code>{text(value)}</code>"

    parts = [f"<h1>Validation rules</h1><p>{len(rules)} rules, read from the shapes.</p>"]
    for rule in rules:
        rows = "".join(f"<dt>{name}</dt><dd>{shown}</dd>" for name, shown in _entries(rule, text, literal) if shown)
        parts.append(
            f'<section class="record" id="{text(rule.identifier)}"><h3>{text(rule.identifier)} '
            f'<span class="tag {rule.severity}">{SINGULARS[rule.severity]}</span></h3>'
            f"<p>{text(rule.name)}</p><dl>{rows}</dl></section>"
        )
    return page("Validation rules", "\n".join(parts))


FORMATS: Final[dict[str, Callable[[Sequence[Rule]], str]]] = {
    "table": _table,
    "csv": _csv,
    "json": _json,
    "md": _markdown,
    "html": _html,
}
"""The formats of the list of rules."""
