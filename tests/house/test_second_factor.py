"""Where administrators need a second factor, one who came in without it may nothing, at any door."""

import pytest
from sqlalchemy import select
from tests.scene import PASSWORD, address, open_door
from tests.serving import Server
from tests.situations import situation
from tests.visiting import Visitor

from foundation import commands
from foundation.database import Database
from people.sign_in.models import SessionRow
from people.sign_in.policy import DOOR

from . import test_pages, test_rights
from .rights import MAY, MAY_OPEN, MAY_READ


@pytest.fixture(scope="module")
def strict(stage, database_kind, tmp_path_factory):
    folder = tmp_path_factory.mktemp("strict")
    scene = stage.copy(database_kind, folder)
    settings = {"administrators_need_second_factor": True}
    with Server(scene.url, folder, mode="threading", settings=settings) as server:
        yield scene, server


def show_factor(scene):
    """The last session of the administrator has now shown a second factor."""
    database = Database(scene.url)
    with database.reading() as connection:
        key = connection.scalars(select(SessionRow.key).order_by(SessionRow.id.desc())).first()
    body = {"session": key, "strong": True}
    open_door(database).carry_out(DOOR, commands.ask("session.confirm", scene.place("administrator"), body))
    database.close()


def followed(visitor, streams):
    socket = visitor.socket()
    found = {name for name in streams if socket.subscribe(name)["ok"]}
    socket.close()
    return found


def test_an_administrator_without_a_second_factor_holds_no_right_at_any_door(strict):
    scene, server = strict
    visitor = Visitor(server.url).sign_in(address("administrator"), PASSWORD)
    pages = {
        test_pages.address(scene, rule): marks
        for rule, marks in MAY_OPEN.items()
        if (marks["administrator"], marks["former"]) == ("x", ".")
    }
    read = {
        name: pattern
        for pattern, name, _others in test_rights.stream_names(scene)
        if MAY_READ[pattern]["administrator"]
    }
    asked = [name for name, may in MAY.items() if may["administrator"]]
    assert min(len(pages), len(asked)) > 15
    assert read

    assert {page for page in pages if visitor.get(page).status != 404} == set()
    assert {name for name in read if visitor.get(f"/live/streams/{name}").code != "not_found"} == set()
    assert followed(visitor, read) == set()
    answers = {name: visitor.command(name, *situation(scene, name)).code for name in asked}
    assert set(answers.values()) == {"not_found"}, answers

    show_factor(scene)
    assert {page for page in pages if visitor.get(page).status not in (200, 302)} == set()
    assert {name for name in read if visitor.get(f"/live/streams/{name}").status != 200} == set()
    assert followed(visitor, read) == set(read)
    assert visitor.command("text.change", *situation(scene, "text.change")).status == 200
