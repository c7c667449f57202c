"""The operator's texts are written by the office."""

import pytest

from foundation import commands
from foundation.errors import Code, Refusal
from people.texts import queries

IMPRINT = {"slug": "imprint", "language": "de", "source": "## Stadt Ahlen"}


def shown(world, slug="imprint", language="de"):
    with world.door.database.reading() as connection:
        return queries.text(connection, slug, language)


def test_a_text_comes_with_the_house(world):
    assert shown(world).changed_at is None
    assert "eckigen Klammern" in shown(world).source


@pytest.mark.parametrize("slug", ["imprint", "privacy", "accessibility"])
@pytest.mark.parametrize("language", ["de", "en"])
def test_each_comes_in_each_language_and_says_what_to_fill_in(slug, language):
    text = queries.default(slug, language)
    assert text.startswith("> ")
    assert "[" in text


def test_what_the_operator_writes_is_shown_instead(world, clock):
    for source in ("## Stadt Ahlen", "## Stadt Menden"):
        world.ask("administrator", "text.change", "house", {**IMPRINT, "source": source})
    assert shown(world).source == "## Stadt Menden"
    assert shown(world).changed_at <= clock.now()


def test_each_language_has_its_own(world):
    world.ask("administrator", "text.change", "house", IMPRINT)
    assert shown(world, language="en").changed_at is None


def test_an_empty_text_brings_back_what_came_with_the_house(world):
    for source in ("## Stadt Ahlen", ""):
        world.ask("administrator", "text.change", "house", {**IMPRINT, "source": source})
    assert shown(world) == queries.Written(queries.default("imprint", "de"), None)


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("administrator", None),
        ("ahlen", "not_found"),
        ("coach", "not_found"),
        ("facilitator", "not_found"),
        ("stranger", "not_found"),
    ],
)
def test_only_the_office_writes(world, who, code):
    assert world.refused(who, "text.change", "house", IMPRINT) == code


@pytest.mark.parametrize(
    ("change", "field"),
    [({"slug": "welcome"}, "slug"), ({"language": "fr"}, "language"), ({"source": "x" * 40_001}, "source")],
)
def test_what_does_not_fit_is_named_by_field(world, change, field):
    with pytest.raises(Refusal) as refused:
        world.ask("administrator", "text.change", "house", {**IMPRINT, **change})
    assert (refused.value.code, set(refused.value.fields)) == (Code.INVALID, {field})


def test_asked_twice_it_is_written_once(world):
    once = {"command_id": commands.new_id()}
    world.ask("administrator", "text.change", "house", IMPRINT, **once)
    written = shown(world)
    world.ask("administrator", "text.change", "house", IMPRINT, **once)
    assert shown(world) == written
