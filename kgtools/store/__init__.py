"""One small interface to a triple store, with an embedded and a remote side."""

from kgtools.store.embedded import EmbeddedStore
from kgtools.store.interface import Answer, Dataset, QuerySyntaxError, Solutions, Store, StoreError, Term, TermTriple
from kgtools.store.remote import RemoteStore

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
