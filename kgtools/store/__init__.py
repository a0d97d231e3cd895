"""One small interface to a triple store, with an embedded and a remote side."""

from kgtools.store.embedded import EmbeddedStore
from kgtools.store.interface import Solutions, Store, StoreError, Term, TermTriple
from kgtools.store.remote import RemoteStore

__all__ = ["EmbeddedStore", "RemoteStore", "Solutions", "Store", "StoreError", "Term", "TermTriple"]
