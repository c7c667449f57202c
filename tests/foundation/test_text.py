"""Text: Markdown that a person typed can do no harm on a page."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from foundation.text import N_, markdown, same

ALLOWED = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<a href='javascript:alert(1)' onclick='alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](file:///etc/passwd)",
    "![x](javascript:alert(1))",
    "![x](https://tracker.example/pixel.png)",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "<javascript:alert(1)>",
    '[x](/y "onmouseover=alert(1) ")',
    "[x](/y '\"><script>alert(1)</script>')",
    "`<script>`\n\n    <script>alert(1)</script>\n",
    "```html\n<script>alert(1)</script>\n```",
    '```" onload=alert(1)\nx\n```',
    "# <script>alert(1)</script>",
    "| <script> | b |\n|---|---|\n| <img onerror=x> | [x](javascript:1) |",
    "<!-- --><script>alert(1)</script>",
    "<style>*{display:none}</style>",
    "<form action=//evil><input name=password></form>",
    "<math><mtext></p><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\\<script>alert(1)\\</script>",
]


def tags(html: str) -> list[str]:
    return re.findall(r"<[^>]*>", html)


def assert_harmless(html: str) -> None:
    for tag in tags(html):
        found = re.fullmatch(
            r'</?([a-z0-9]+)(?: href="([^"]*)")?(?: rel="noopener noreferrer")?(?: /)?>', tag
        )
        assert found, tag
        assert found[1] in ALLOWED
        target = found[2] or ""
        assert re.match(r"(https?://|mailto:|tel:|[^:]*$|[/#?])", target), tag


@pytest.mark.parametrize("source", ATTACKS)
def test_what_is_meant_to_harm_does_not(source: str) -> None:
    assert_harmless(markdown(source))


@given(
    st.lists(
        st.sampled_from([*ATTACKS, "<", ">", "`", "[", "](", ")", "\n", "#", "|", "*", "http://a.b/"])
    ).map("".join)
)
def test_no_mixture_of_it_does(source: str) -> None:
    assert_harmless(markdown(source))


@given(st.text())
def test_any_text_becomes_harmless_html(source: str) -> None:
    found = markdown(source)

    assert isinstance(found, Markup)
    assert_harmless(found)


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("**fett** und *kursiv*", "<p><strong>fett</strong> und <em>kursiv</em></p>"),
        ("# Eins\n\n##### Fünf\n\n###### Sechs", "<h2>Eins</h2>\n<h4>Fünf</h4>\n<h4>Sechs</h4>"),
        ("## Zwei\n\n#### Vier", "<h2>Zwei</h2>\n<h4>Vier</h4>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("Größe < 5 & mehr", "<p>Größe &lt; 5 &amp; mehr</p>"),
        ("", ""),
        ("[Seite](/imprint)", '<p><a href="/imprint" rel="noopener noreferrer">Seite</a></p>'),
        (
            "www.example.org",
            '<p><a href="http://www.example.org" rel="noopener noreferrer">www.example.org</a></p>',
        ),
        (
            "[Post](mailto:a@example.org)",
            '<p><a href="mailto:a@example.org" rel="noopener noreferrer">Post</a></p>',
        ),
        ("[Ruf](tel:+4927190)", '<p><a href="tel:+4927190" rel="noopener noreferrer">Ruf</a></p>'),
        ('[x](/y "Titel")', '<p><a href="/y" rel="noopener noreferrer">x</a></p>'),
    ],
)
def test_what_people_write(source: str, html: str) -> None:
    assert markdown(source).strip() == html


def test_the_mark_for_translation_changes_nothing() -> None:
    assert N_("Größe %(x)s") == "Größe %(x)s"


def test_names_are_the_same_whatever_their_case_and_the_space_between_words() -> None:
    assert same("  Markt  STRASSE\t5 ") == same("markt straße 5")
    assert same("Marktstraße") != same("Markt Straße")
