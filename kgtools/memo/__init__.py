"""A briefing on one jurisdiction, with citations, as Markdown, HTML or a Word document."""

from kgtools.memo.content import briefing
from kgtools.memo.document import Document
from kgtools.memo.html import as_html
from kgtools.memo.markdown import as_markdown
from kgtools.memo.word import as_word

__all__ = ["Document", "as_html", "as_markdown", "as_word", "briefing"]
