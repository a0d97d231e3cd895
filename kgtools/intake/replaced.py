"""What was on record before: kept as a named graph in its own file, so that nothing that was said is lost.

``data/history/<state>/<submission>.trig`` holds one named graph with the records as they stood until the submission
was accepted, and in the default graph, in terms of PROV-O, when and by what they were replaced, and the SHA-256 of the
file that was handed in. The files are not among those that make up the present graph; load them to look back.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from kgtools.core.namespaces import DCTERMS, GRAPH, PROV, RDF, SPF, XSD
from kgtools.graph.files import Files
from kgtools.graph.turtle import trig_text


def history_file(root: Path, state: str, submission: ox.NamedNode) -> Path:
    """The file that keeps what a submission replaced.

    Args:
        root: the project's folder.
        state: the USPS code in lower case.
        submission: the submission.
    """
    return root / "data" / "history" / state / f"{submission.value.rsplit('/', 1)[-1]}.trig"


def digest_iri(path: Path, files: Files) -> ox.NamedNode:
    """The name of a file, or of the files of a folder, by content (RFC 6920).

    Args:
        path: the file or folder.
        files: the files as the command reads them.

    Raises:
        UnreadableFileError: a file of the folder is not ordinary, or too large.
        OSError: a file of the folder can't be read.
    """
    digest = hashlib.sha256()
    if path.is_dir():
        for file in files.listing(path):
            digest.update(hashlib.sha256(files.content(file)).digest())
    else:
        digest.update(files.content(path))
    text = base64.urlsafe_b64encode(digest.digest()).decode().rstrip("=")
    return ox.NamedNode(f"ni:///sha-256;{text}")


def history_text(
    before: Iterable[ox.Triple], state: str, submission: ox.NamedNode, handed_in: ox.NamedNode, when: dt.datetime
) -> bytes:
    """What was on record before a submission, and what took its place.

    Args:
        before: the records of the state as they stood.
        state: the USPS code in lower case.
        submission: the submission that was accepted.
        handed_in: the submitted file, by content.
        when: when it was accepted.
    """
    graph = ox.NamedNode(f"{GRAPH}history/{state}/{submission.value.rsplit('/', 1)[-1]}")
    time = ox.Literal(when.replace(microsecond=0).isoformat(), datatype=ox.NamedNode(XSD + "dateTime"))
    title = ox.Literal(f"What was on record for {state.upper()} before this submission", language="en")
    facts: list[tuple[ox.NamedNode, str, ox.NamedNode | ox.Literal]] = [
        (graph, RDF + "type", ox.NamedNode(PROV + "Entity")),
        (graph, DCTERMS + "title", title),
        (graph, PROV + "invalidatedAtTime", time),
        (submission, RDF + "type", ox.NamedNode(PROV + "Entity")),
        (submission, RDF + "type", ox.NamedNode(SPF + "Submission")),
        (submission, PROV + "wasRevisionOf", graph),
        (submission, PROV + "wasDerivedFrom", handed_in),
        (submission, DCTERMS + "dateAccepted", time),
    ]
    quads = [ox.Quad(s, ox.NamedNode(p), o) for s, p, o in facts]
    quads += [ox.Quad(t.subject, t.predicate, t.object, graph) for t in sorted(set(before), key=str)]
    return trig_text(quads)
