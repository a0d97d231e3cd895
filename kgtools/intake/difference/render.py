"""A difference as text, Markdown, JSON and RDF."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import groupby
from typing import Final

import pyoxigraph as ox

from kgtools.core.namespaces import BASE, RDF
from kgtools.core.visible import visible
from kgtools.graph.turtle import canonical_turtle
from kgtools.intake.difference.model import Change, Difference
from kgtools.validation.render.markdown import escaped

_CHANGESET: Final = "http://purl.org/vocab/changeset/schema#"


def summary(difference: Difference) -> str:
    """How much changed, in one sentence."""
    told = _uncompared(difference)
    if not difference.changes and told:
        return f"No change was found between {difference.old} and {difference.new}, but {told}"
    if not difference.changes:
        return f"Nothing changed between {difference.old} and {difference.new}."
    counts = {kind: sum(c.kind == kind for c in difference.changes) for kind in ("added", "removed", "changed")}
    listed = f"{counts['added']} added, {counts['removed']} removed, {counts['changed']} changed"
    more = f" {told[:1].upper()}{told[1:]}" if told else ""
    return f"From {difference.old} to {difference.new}: {listed}.{more}"


def _uncompared(difference: Difference) -> str:
    if not difference.uncompared:
        return ""
    return (
        f"{difference.uncompared:,} nodes without a name were not compared: they are in circles or shared, and too "
        "much alike. Give them IRIs."
    )


def write_text(difference: Difference) -> str:
    """Lines for a terminal, by group and condition."""
    lines = [visible(summary(difference))]
    for group, conditions, changes in _grouped(difference):
        lines += ["", visible(group + (f": {conditions}" if conditions else ""))]
        said = ""
        for change in changes:
            lines.append(f"  {visible(change.sentence)}")
            if change.reason and change.reason != said:
                lines.append(f"    because: {visible(change.reason)}")
            said = change.reason
    return "\n".join(lines) + "\n"


def write_md(difference: Difference) -> str:
    """A comment for a change request, or the data section of the changelog."""
    lines = [escaped(summary(difference))]
    last = None
    for group, conditions, changes in _grouped(difference):
        if group != last:
            lines += ["", f"### {escaped(group)}"]
            last = group
        lines += ["", f"*{escaped(conditions)}*", ""] if conditions else [""]
        for change in changes:
            reason = f" Because: {escaped(change.reason)}" if change.reason else ""
            lines.append(f"- {escaped(change.sentence)}{reason}")
    return "\n".join(lines) + "\n"


def write_json(difference: Difference) -> str:
    """One object: names, changes, and the triples that are new or gone, in N-Triples."""
    document = {
        "old": difference.old,
        "new": difference.new,
        "summary": summary(difference),
        "changes": [asdict(change) for change in difference.changes],
        "added": [f"{triple} ." for triple in difference.added],
        "removed": [f"{triple} ." for triple in difference.removed],
        "not_compared": difference.uncompared,
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def write_ttl(difference: Difference) -> str:
    """One change set a record, in the Changeset vocabulary, with reified statements."""
    return canonical_turtle(_changesets(difference))


def _changesets(difference: Difference) -> Iterator[ox.Triple]:
    about: dict[str, list[Change]] = {}
    for change in difference.changes:
        about.setdefault(change.subject, []).append(change)
    sets = {subject: _node("changeset", subject, difference) for subject in about if subject}
    for subject, node in sets.items():
        changes = about[subject]
        yield _link(node, RDF + "type", _CHANGESET + "ChangeSet")
        yield _link(node, _CHANGESET + "subjectOfChange", subject)
        for text in sorted({change.reason or change.sentence for change in changes}):
            yield ox.Triple(
                ox.NamedNode(node), ox.NamedNode(_CHANGESET + "changeReason"), ox.Literal(text, language="en")
            )
    for role, triples in (("addition", difference.added), ("removal", difference.removed)):
        for triple in triples:
            node = sets[str(getattr(triple.subject, "value", ""))]
            statement = _node("statement", f"{role} {triple}", difference)
            yield _link(node, _CHANGESET + role, statement)
            yield _link(statement, RDF + "type", RDF + "Statement")
            for part, term in (("subject", triple.subject), ("predicate", triple.predicate), ("object", triple.object)):
                yield ox.Triple(ox.NamedNode(statement), ox.NamedNode(RDF + part), term)


def _node(kind: str, text: str, difference: Difference) -> str:
    digest = hashlib.sha256(f"{difference.old}\n{difference.new}\n{text}".encode()).hexdigest()
    return f"{BASE}change/{kind}/{digest[:20]}"


def _link(subject: str, predicate: str, target: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(target))


def _grouped(difference: Difference) -> Iterator[tuple[str, str, list[Change]]]:
    for (group, conditions), changes in groupby(difference.changes, key=lambda c: (c.group, c.conditions)):
        yield group, "; ".join(conditions), list(changes)


FORMATS: Final[dict[str, Callable[[Difference], str]]] = {
    "text": write_text,
    "md": write_md,
    "json": write_json,
    "ttl": write_ttl,
}
"""The output formats."""
