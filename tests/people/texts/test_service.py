"""The operator's texts are written by the office."""

import pytest

from foundation import commands
from foundation.errors import Code, Refusal
from people.texts import queries
from people.texts.lands import Land

IMPRINT = {"slug": "imprint", "language": "de", "source": "## Stadt Ahlen"}


LAND = Land.NORDRHEIN_WESTFALEN


def shown(world, slug="imprint", language="de"):
    with world.door.database.reading() as connection:
        return queries.text(connection, slug, language, LAND)


def test_a_text_comes_with_the_house(world):
    assert shown(world).changed_at is None
    assert "eckigen Klammern" in shown(world).source


@pytest.mark.parametrize("slug", ["imprint", "privacy", "accessibility"])
@pytest.mark.parametrize("language", ["de", "en"])
def test_each_comes_in_each_language_and_says_what_to_fill_in(slug, language):
    text = queries.default(slug, language, LAND)
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
    assert shown(world) == queries.Written(queries.default("imprint", "de", LAND), None)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("land", Land)
def test_the_statement_on_accessibility_is_that_of_the_land(land, language):
    text = queries.default("accessibility", language, land)
    assert "{" not in text
    sure = ("BGG NRW", "BITVNRW", "<https://www.lbbp.nrw.de/ombudsstelle>")
    assert [one in text for one in sure] == [land is Land.NORDRHEIN_WESTFALEN] * 3


def test_where_we_are_not_sure_the_land_is_named_and_the_rest_left_to_the_office():
    german, english = (queries.default("accessibility", one, Land.BAYERN) for one in ("de", "en"))
    assert "das Recht des Landes Bayern zur barrierefreien Informationstechnik [Gesetz" in german
    assert "[Stelle des Landes Bayern für Beschwerden" in german
    assert "the law of the Land of Bavaria" in english
    assert "[office of the Land of Bavaria for complaints" in english


def test_of_an_empty_welcome_nothing_is_left(world):
    assert "Treffen" in shown(world, "welcome").source
    world.ask("administrator", "text.change", "house", {"slug": "welcome", "language": "de", "source": ""})
    assert shown(world, "welcome").source == ""
    assert "meetings" in shown(world, "welcome", "en").source


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
    [({"slug": "unknown"}, "slug"), ({"language": "fr"}, "language"), ({"source": "x" * 40_001}, "source")],
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
