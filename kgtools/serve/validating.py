"""Validation over HTTP: a page with a form, and an address for programs."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import secrets
import shutil
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from typing import Final

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from kgtools.core.errors import RefusedError, UserError
from kgtools.serve.generation import Generation, generation_of
from kgtools.serve.list_page import list_part
from kgtools.serve.negotiation import chosen
from kgtools.serve.openapi import LIST_TYPES, REPORT_TYPES, UPLOAD_TYPES
from kgtools.serve.settings import MEGABYTE, Limits
from kgtools.serve.submissions import (
    LIST_ENDINGS,
    MANY_FILES,
    ListJob,
    ListReply,
    Upload,
    ValidationJob,
    ValidationReply,
    media_type_of,
)

_PAGE: Final = "validate.html"
_PLACE: Final = '<div id="result"></div>'
_LIMITS: Final = re.compile(r'<p [^>]*id="limits">[^<]*</p>')
"""The paragraph of the explorer's page in whose place a server states its limits."""
_DOWNLOADS: Final[dict[str, tuple[str, str]]] = {
    "xlsx": ("annotated.xlsx", "Your workbook, with wrong cells colored and commented"),
    "html": ("report.html", "The report as a page"),
    "json": ("report.json", "The report as JSON"),
    "sarif": ("report.sarif", "The report as SARIF"),
}
_WORKBOOK: Final = "new-policies.xlsx"
_FORM: Final = "multipart/form-data"
_MANY_FIELDS: Final = 100
_WAITING: Final = 4  # submissions for each that is being checked


@dataclass(slots=True)
class KeptReports:
    """Reports kept in memory for download, each under a name that can't be guessed, for a while.

    Attributes:
        megabytes: how much memory they may take; the oldest give way.
        minutes: how long each is kept.
    """

    megabytes: int
    minutes: float
    _kept: OrderedDict[str, tuple[float, Mapping[str, bytes]]] = field(default_factory=OrderedDict)

    def keep(self, parts: Mapping[str, bytes], now: float) -> str:
        """Keep a report.

        Returns:
            The name that it is kept under.
        """
        token = secrets.token_urlsafe(24)
        self._kept[token] = (now + self.minutes * 60, parts)
        self._forget(now)
        while self._kept and self.size > self.megabytes * MEGABYTE:
            self._kept.popitem(last=False)
        return token

    def find(self, token: str, format_: str, now: float) -> bytes | None:
        """A part of a report that is still kept."""
        self._forget(now)
        return self._kept[token][1].get(format_) if token in self._kept else None

    @property
    def size(self) -> int:
        """How many bytes are kept."""
        return sum(len(part) for _, parts in self._kept.values() for part in parts.values())

    def _forget(self, now: float) -> None:
        for token in [token for token, (until, _) in self._kept.items() if until < now]:
            del self._kept[token]


class Validation:
    """The addresses where data is handed in.

    Args:
        limits: the server's limits.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._reports = KeptReports(limits.kept_megabytes, limits.kept_minutes)
        self._under_way = 0

    async def page(self, request: Request) -> Response:
        """The page with the form, and below the heading what came of what was handed in."""
        if request.method != "POST":
            return _page(request, self._limits, "")
        try:
            with self._turn():
                uploads = await self._from_form(request)
                reply = await _validated(generation_of(request), uploads, ("page", *_DOWNLOADS))
        except UserError as error:
            return _refused(request, self._limits, error)
        token = self._reports.keep(
            {f: part for f, part in reply.parts.items() if f != "page" and part}, time.monotonic()
        )
        shown = reply.parts["page"].decode().replace("<!-- downloads -->", self._links(token, reply), 1)
        return _page(request, self._limits, shown)

    async def report(self, request: Request) -> Response:
        """The report in the format that a program asks for."""
        format_ = _wanted_format(request)
        with self._turn():
            uploads = await self._uploads(request)
            reply = await _validated(generation_of(request), uploads, (format_,))
        if not reply.parts.get(format_):
            raise RefusedError(422, "Only a single readable workbook (.xlsx) comes back annotated.")
        headers = {"Vary": "Accept", "Cache-Control": "no-store", "Content-Type": media_type_of(format_)}
        if format_ in ("html", "xlsx"):
            headers["Content-Disposition"] = f'attachment; filename="{_file_name(format_)}"'
        return Response(reply.parts[format_], headers=headers)

    async def list_page(self, request: Request) -> Response:
        """The page again, with what became of a list of laws and the workbook to take away."""
        try:
            with self._turn():
                reply = await _listed(generation_of(request), *await self._list_of(request))
        except UserError as error:
            return _refused(request, self._limits, error)
        token = self._reports.keep({"workbook": reply.workbook}, time.monotonic())
        return _page(
            request, self._limits, list_part(reply, f"validate/reports/{token}/{_WORKBOOK}", self._limits.kept_minutes)
        )

    async def list_workbook(self, request: Request) -> Response:
        """The workbook that a list of laws becomes, for programs."""
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        with self._turn():
            if media_type == _FORM:
                upload, state = await self._list_of(request)
            elif media_type in LIST_TYPES:
                content, ending = await request.body(), LIST_TYPES[media_type]
                if not content:
                    raise RefusedError(400, "The body is empty; send the list in it.")
                upload = Upload.of(request.query_params.get("name", f"list.{ending}"), content, ending, LIST_ENDINGS)
                state = request.query_params.get("state", "")
            else:
                raise RefusedError(
                    415, f"{media_type[:80] or 'A body of no stated type'} is no list; send {', '.join(LIST_TYPES)}."
                )
            reply = await _listed(generation_of(request), upload, state)
        headers = {
            "Cache-Control": "no-store",
            "Content-Type": REPORT_TYPES["xlsx"],
            "Content-Disposition": f'attachment; filename="{_WORKBOOK}"',
        }
        return Response(reply.workbook, headers=headers)

    async def _list_of(self, request: Request) -> tuple[Upload, str]:
        """The list that a form holds, and the jurisdiction that it is about."""
        size = self._limits.upload_megabytes * MEGABYTE
        async with request.form(max_files=1, max_fields=_MANY_FIELDS, max_part_size=size) as form:
            files = [entry for entry in form.getlist("list") if isinstance(entry, UploadFile) and entry.filename]
            text, state = form.get("text"), form.get("state")
            upload = (
                Upload.of(files[0].filename or "", await files[0].read(), endings=LIST_ENDINGS)
                if files
                else Upload.of("pasted.txt", text.encode(), endings=LIST_ENDINGS)
                if isinstance(text, str) and text.strip()
                else None
            )
        if upload is None:
            raise RefusedError(400, "No list was submitted. Choose a file, or paste the list.")
        return upload, state if isinstance(state, str) else ""

    async def kept(self, request: Request) -> Response:
        """A report as a file, for as long as it is kept."""
        name = request.path_params["name"]
        format_ = next((format_ for format_, (file, _) in _DOWNLOADS.items() if file == name), "")
        format_ = "workbook" if name == _WORKBOOK else format_
        found = self._reports.find(request.path_params["token"], format_, time.monotonic())
        if found is None:
            raise HTTPException(404)
        headers = {
            "Cache-Control": "no-store",
            "Content-Type": media_type_of("xlsx" if format_ == "workbook" else format_),
            "Content-Disposition": f'attachment; filename="{name}"',
        }
        return Response(found, headers=headers)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Bound how many submissions are held in memory at once."""
        if self._under_way >= self._limits.validations * _WAITING:
            raise RefusedError(503, "The server is busy with other submissions. Try again soon.", retry_after=10)
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

    def _links(self, token: str, reply: ValidationReply) -> str:
        items = "".join(
            f'<li><a href="validate/reports/{token}/{name}" download>{words}</a></li>'
            for format_, (name, words) in _DOWNLOADS.items()
            if reply.parts.get(format_)
        )
        kept = f"They stay in the server's memory for {self._limits.kept_minutes:g} minutes, only for you."
        return f'<div class="downloads"><h3>Take it with you</h3><ul>{items}</ul><p class="meta">{kept}</p></div>'

    async def _uploads(self, request: Request) -> tuple[Upload, ...]:
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type == _FORM:
            return await self._from_form(request)
        if media_type not in UPLOAD_TYPES:
            raise RefusedError(
                415,
                f"{media_type[:80] or 'A body of no stated type'} isn't checked; send {', '.join(UPLOAD_TYPES)}.",
            )
        content = await request.body()
        if not content:
            raise RefusedError(400, "The body is empty; send the data in it.")
        ending = UPLOAD_TYPES[media_type]
        return (Upload.of(request.query_params.get("name", f"submission.{ending}"), content, ending),)

    async def _from_form(self, request: Request) -> tuple[Upload, ...]:
        size = self._limits.upload_megabytes * MEGABYTE
        async with request.form(max_files=_MANY_FIELDS, max_fields=_MANY_FIELDS, max_part_size=size) as form:
            files = [entry for entry in form.getlist("files") if isinstance(entry, UploadFile) and entry.filename]
            uploads = [Upload.of(file.filename or "", await file.read()) for file in files]
            text, ending = form.get("text"), form.get("format")
        if isinstance(text, str) and text.strip():
            if ending not in UPLOAD_TYPES.values():
                raise RefusedError(422, "The format of the text must be one of ttl, trig, jsonld, csv.")
            uploads.append(Upload.of(f"pasted.{ending}", text.encode()))
        if not uploads:
            raise RefusedError(400, "Nothing was submitted. Choose a file, or paste text.")
        return tuple(uploads)


async def _listed(generation: Generation, upload: Upload, state: str) -> ListReply:
    if not state.strip():
        raise RefusedError(422, "Say whose list it is: a state, such as OH.")
    folder = generation.folder / f"submission-{secrets.token_hex(8)}"
    folder.mkdir(mode=0o700)
    try:
        day = dt.datetime.now(dt.UTC).date()
        return await generation.validations.run(ListJob(folder, upload, state[:60], day))
    finally:
        await asyncio.shield(asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True))


async def _validated(generation: Generation, uploads: tuple[Upload, ...], formats: tuple[str, ...]) -> ValidationReply:
    folder = generation.folder / f"submission-{secrets.token_hex(8)}"
    folder.mkdir(mode=0o700)
    try:
        return await generation.validations.run(ValidationJob(folder, uploads, formats))
    finally:
        await asyncio.shield(asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True))


def _wanted_format(request: Request) -> str:
    named = request.query_params.get("format")
    if named is not None:
        if named not in REPORT_TYPES:
            raise RefusedError(422, f"'{named[:20]}' is not a format; use {', '.join(REPORT_TYPES)}.")
        return named
    accept = ", ".join(request.headers.getlist("accept"))
    offers = list(REPORT_TYPES.values())
    media_type = chosen(accept, offers)
    if media_type is None:
        raise RefusedError(406, f"The report can't be given as {accept[:200]}; use {', '.join(REPORT_TYPES.values())}.")
    return next(format_ for format_, of in REPORT_TYPES.items() if of == media_type)


def _file_name(format_: str) -> str:
    return _DOWNLOADS[format_][0]


def _refused(request: Request, limits: Limits, error: UserError) -> Response:
    """The page with a sentence in place of a report."""
    status = error.status if isinstance(error, RefusedError) else 422
    retry = error.retry_after if isinstance(error, RefusedError) else None
    sentence = f'<div class="panel" role="alert" id="report"><p>{escape(str(error))}</p></div>'
    return _page(request, limits, sentence, status, {} if retry is None else {"Retry-After": str(retry)})


def _said(limits: Limits) -> str:
    """State what will be refused before a file is sent. The script of the page reads the same numbers."""
    return (
        f'<p class="small" id="limits" data-bytes="{limits.upload_megabytes * MEGABYTE}" data-files="{MANY_FILES}" '
        f'data-seconds="{limits.validation_seconds:g}">At most {limits.upload_megabytes} MB and {MANY_FILES} files at '
        f"once. A check that would take more than {limits.validation_seconds:g} seconds or "
        f"{limits.validation_megabytes} MB of memory is stopped and says so: split the file then. Workbooks with "
        "macros or a password are refused.</p>"
    )


def _page(
    request: Request, limits: Limits, result: str, status: int = 200, more: Mapping[str, str] | None = None
) -> Response:
    site = generation_of(request).site
    try:
        text = site.page(_PAGE)
    except FileNotFoundError:
        raise HTTPException(404) from None
    headers = {
        "Content-Security-Policy": site.policy(_PAGE),
        "Cache-Control": "no-store" if result else "no-cache",
        **(more or {}),
    }
    text = _LIMITS.sub(lambda _: _said(limits), text, count=1)
    return HTMLResponse(text.replace(_PLACE, f'<div id="result">{result}</div>', 1), status, headers)
