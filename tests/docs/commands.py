"""The commands that the documentation shows, as a reader would type them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

_BLOCK = re.compile(r"^(?P<indent> *)```(?P<language>[\w-]*)\n(?P<body>.*?)^(?P=indent)```", re.MULTILINE | re.DOTALL)
_SHELL = {"", "console", "sh", "bash"}
_COMMAND = re.compile(r"(\.venv/bin/)?kgtools( |$)|make( |$)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page."""

    page: str
    line: int
    language: str
    text: str

    @property
    def is_shell(self) -> bool:
        return self.language in _SHELL and any(map(_COMMAND.match, self.lines()))

    def lines(self) -> list[str]:
        """What is typed: without prompts, output, comments and line breaks that a backslash takes back."""
        rows = self.text.replace("\\\n", " ").splitlines()
        if self.language == "console":
            rows = [row.removeprefix("$ ") for row in rows if row.startswith("$ ")]
        return [bare for row in rows if (bare := re.sub(r"(^|\s+)#\s.*", "", row).strip())]

    def shown(self, command: str) -> list[str]:
        """The output that a console block shows beneath a command."""
        if self.language != "console":
            return []
        _, _, rest = self.text.partition(f"$ {command}")
        return re.split(r"^\$ ", rest.partition("\n")[2], maxsplit=1, flags=re.MULTILINE)[0].splitlines()


def pages() -> list[str]:
    """The pages of the documentation, by their path in the repository."""
    files = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [file.relative_to(ROOT).as_posix() for file in files]


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = (ROOT / page).read_text("utf-8")
    return [
        Block(page, text.count("\n", 0, found.start()) + 1, found["language"], textwrap.dedent(found["body"]))
        for found in _BLOCK.finditer(text)
    ]


def spans(page: str) -> Iterator[str]:
    """The commands named in running text."""
    text = _BLOCK.sub("", (ROOT / page).read_text("utf-8"))
    for span in re.findall(r"`([^`\n]+)`", text):
        if _COMMAND.match(span):
            yield span


def write_block(page: str, language: str, file: Path) -> None:
    """Save a block of a page, as the page tells the reader to."""
    (found,) = (block for block in blocks(page) if block.language == language)
    file.write_text(found.text, encoding="utf-8")
