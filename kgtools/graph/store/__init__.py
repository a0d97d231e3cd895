"""One small interface to a triple store, with an embedded and a remote side."""

from kgtools.graph.store.embedded import EmbeddedStore
from kgtools.graph.store.interface import (
    Answer,
    Dataset,
    QuerySyntaxError,
    Solutions,
    Store,
    StoreError,
    Term,
    TermTriple,
)
from kgtools.graph.store.remote import RemoteStore

__all__ = [
    "Answer",
    "Dataset",
    "EmbeddedStore",
    "QuerySyntaxError",
    "RemoteStore",
    "Solutions",
    "Store",
    "StoreError",
    "Term",
    "TermTriple",
]
