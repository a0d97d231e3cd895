"""The explorer's files over HTTP: right types, no listing of folders, the policy of each page as a header too."""

from __future__ import annotations

import mimetypes
import re
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_POLICY: Final = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]*)"')
_QUERY_PAGE: Final = "query.html"
_HEAD: Final = 2000  # the policy stands among the first lines of a page
_TYPES: Final = {
    ".ttl": "text/turtle",
    ".nt": "application/n-triples",
    ".jsonld": "application/ld+json",
    ".wasm": "application/wasm",
    ".js": "text/javascript",
    ".rq": "application/sparql-query",
    ".atom": "application/atom+xml",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class SiteFiles(StaticFiles):
    """The files of an explorer.

    Args:
        folder: the explorer.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder)
        self.folder = folder
        for ending, media_type in _TYPES.items():
            mimetypes.add_type(media_type, ending)
        self._policies = {file.relative_to(folder).as_posix(): _policy(file) for file in folder.rglob("*.html")}

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file at a path, or the page for what is missing."""
        found = "index.html" if path == "." else path
        try:
            response = await super().get_response(found, scope)
        except HTTPException as error:
            if error.status_code != 404:
                raise
            found = "404.html"
            response = FileResponse(self.folder / found, status_code=404)
        policy = self._policies.get(_QUERY_PAGE if found.endswith(".js") else found)
        if policy:  # a worker is held to the policy of its own script, and the query engine runs in one
            response.headers["Content-Security-Policy"] = policy
        response.headers["Cache-Control"] = "no-cache"  # a copy may be kept, and is asked about each time
        return response

    def page(self, path: str) -> str:
        """The text of one of the pages."""
        return (self.folder / path).read_text(encoding="utf-8")

    def policy(self, path: str) -> str:
        """The Content-Security-Policy of one of the pages."""
        return self._policies[path]


def _policy(page: Path) -> str:
    with page.open(encoding="utf-8") as file:
        stated = _POLICY.search(file.read(_HEAD))
    return (stated[1] if stated else "default-src 'none'") + "; frame-ancestors 'none'"
