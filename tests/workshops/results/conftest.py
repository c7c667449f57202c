"""Sentences are said in a language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from werkstatt.paths import TRANSLATIONS


@pytest.fixture(scope="module")
def said_in() -> Iterator[Callable[[str], AbstractContextManager[None]]]:
    """`with said_in("en"):` says things in English."""
    app = Flask("results")
    Babel(app, default_locale="de", default_translation_directories=str(TRANSLATIONS))
    with app.app_context():
        yield force_locale
