"""Text for people: the mark for translation, and Markdown made safe."""

from __future__ import annotations

import re

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_reader = MarkdownIt("commonmark", {"html": False, "linkify": True}).enable(["linkify", "table"])

_TAGS = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_SCHEMES = {"http", "https", "mailto", "tel"}
_HEADINGS = re.compile(r"(</?)h([156])>")
_HEADED = {"1": "h2", "5": "h4", "6": "h4"}


def N_(text: str) -> str:  # noqa: N802 -- gettext's customary name for a mark that translates nothing
    """Mark a text for extraction where it is written; the door translates it where it is shown."""
    return text


def markdown(source: str) -> Markup:
    """What a person typed as Markdown, as safe HTML. Headings are of the second to fourth level."""
    html = _HEADINGS.sub(lambda tag: f"{tag[1]}{_HEADED[tag[2]]}>", _reader.render(source))
    safe = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "*": set()},
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
    )
    return Markup(safe)  # noqa: S704 -- nh3 has just cleaned it


def same(text: str) -> str:
    """How names are compared: without regard to upper case and to how much is left between words."""
    return " ".join(text.split()).casefold()
