"""A page as somebody reads it."""

import html
import re


def words_of(page):
    """The words of its main part, without what is embedded for the browser."""
    main = page.text.partition('id="main"')[2].partition("</main>")[0]
    assert main, page.status
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())
