"""A briefing on one jurisdiction, with citations, as Markdown, HTML or a Word document."""

from kgtools.publish.memo.content import briefing
from kgtools.publish.memo.document import Memo
from kgtools.publish.memo.html import as_html
from kgtools.publish.memo.making import memo_of
from kgtools.publish.memo.markdown import as_markdown, markdown_of
from kgtools.publish.memo.word import as_word

__all__ = ["Memo", "as_html", "as_markdown", "as_word", "briefing", "markdown_of", "memo_of"]
