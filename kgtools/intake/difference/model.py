"""What a difference is made of."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed.

    Attributes:
        kind: ``added``, ``removed`` or ``changed``.
        subject: the IRI of the record.
        class_label: what kind of thing it is, such as ``state policy``.
        label: its name.
        property: the IRI of the property, for a change of one.
        before: the values that are gone, as people read them.
        after: the values that are new.
        group: where it belongs: a jurisdiction's name, or a part of the graph such as ``Ontology``.
        conditions: the names of the conditions that it bears on.
        sentence: all of it in words.
        reason: why, where a record gives a reason; empty where none does.
    """

    kind: str
    subject: str
    class_label: str
    label: str
    property: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    group: str
    conditions: tuple[str, ...]
    sentence: str
    reason: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed between two versions.

    Attributes:
        old: what the older one is called.
        new: what the newer one is called.
        changes: the changes, by group, condition and sentence.
        added: the triples that are new; those with a blank node are left out.
        removed: the triples that are gone; those with a blank node are left out.
        uncompared: how many blank nodes of the newer version are in knots too alike to be compared.
    """

    old: str
    new: str
    changes: tuple[Change, ...]
    added: tuple[ox.Triple, ...]
    removed: tuple[ox.Triple, ...]
    uncompared: int = 0
