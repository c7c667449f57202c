"""A list makes what it names, at once or not at all, and is taken back while nobody uses it."""

import pytest
from sqlalchemy import func, select, update
from tests.foundation.counted import counted

from foundation import commands, policy
from foundation.errors import Code, Refusal
from people.cohorts.models import Organisation, Team
from people.imports import queries
from people.imports.exporting import organisations_file, people_file
from people.imports.rules import Kind, decoded, read
from people.invitations.models import Invitation
from people.mail.models import MailRow

HEAD = "Kommune;Art;Team;Name;E-Mail;Rolle;von;bis;Sprache\n"
PEOPLE = HEAD + (
    "Hamm;Stadt;;Hamm · Ehrenamt;hamm@example.net;Platz;;31.12.2099;\n"
    "Hamm;;;Hamm · Soziales;soziales@example.net;;;;en\n"
    ";;Ahlen;Neue Begleitung;coach@example.net;Coach;;;\n"
    ";;;Neue Moderation;moderation@example.net;Moderation;;;\n"
)


@pytest.fixture
def take(world):
    def take(text=PEOPLE, kind="people", **more):
        body = {"kind": kind, "text": text, **({"cohort": world.cohort} if kind == "people" else {}), **more}
        once = {"command_id": body.pop("command_id", "")}
        return world.ask("administrator", "import.confirm", "house", body, **once).result["import"]

    return take


def plan(world, text, kind=Kind.PEOPLE):
    with world.door.database.reading() as connection:
        return queries.plan(connection, kind, world.cohort, read(kind, text))


def count(world):
    with world.door.database.reading() as connection:
        return tuple(
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (Organisation, Team, Invitation, MailRow)
        )


def wrong(world, *lines, kind=Kind.PEOPLE, head=HEAD):
    return [
        (one.line, one.column, one.sentence % one.params)
        for one in plan(world, head + "\n".join(lines), kind).wrong
    ]


def refusal(world, name, body):
    with pytest.raises(Refusal) as refused:
        world.ask("administrator", name, "house", body)
    return refused.value.code


def test_a_list_of_people_makes_organisations_teams_and_invitations(world, take):
    before = count(world)
    take()
    assert [after - was for after, was in zip(count(world), before, strict=True)] == [1, 1, 4, 4]
    with world.door.database.reading() as connection:
        rows = connection.execute(
            select(Invitation.email, Invitation.role, Invitation.language, Team.name)
            .outerjoin(Team, Team.id == Invitation.team_id)
            .order_by(Invitation.id)
        ).all()
    assert rows == [
        ("hamm@example.net", "participant", "de", "Hamm"),
        ("soziales@example.net", "participant", "en", "Hamm"),
        ("coach@example.net", "coach", "de", "Ahlen"),
        ("moderation@example.net", "facilitator", "de", None),
    ]


def test_the_cohort_is_told_of_new_teams_and_of_those_taken_back(world, take):
    stream = f"cohort/{world.cohort}"
    drawn, read_anew = world.followed(stream, take)
    assert drawn == read_anew
    with world.door.database.reading() as connection:
        (one,) = queries.imports(connection)
    drawn, read_anew = world.followed(
        stream, lambda: world.ask("administrator", "import.undo", "house", {"list": one.id})
    )
    assert drawn == read_anew
    assert [team["name"] for team in drawn["teams"]] == ["Ahlen", "Menden"]


def test_asked_twice_it_is_taken_in_once(world, take):
    once = {"command_id": commands.new_id()}
    assert take(**once) == take(**once)
    after = count(world)
    assert plan(world, PEOPLE).makes_nothing
    with pytest.raises(Refusal):
        take()
    assert count(world) == after


def test_a_preview_that_would_be_another_now_is_not_carried_out(world, take):
    digest = plan(world, PEOPLE).digest
    world.ask("administrator", "organisation.create", "house", {"name": "Hamm", "kind": "stadt"})
    before = count(world)
    with pytest.raises(Refusal) as refused:
        take(digest=digest)
    assert (refused.value.code, count(world)) == (Code.STALE, before)
    take(digest=plan(world, PEOPLE).digest)


def test_one_bad_line_keeps_the_whole_list_out(world, take):
    before = count(world)
    with pytest.raises(Refusal) as refused:
        take(PEOPLE + "Hamm;Dorf;;X;x;Platz;;;\n")
    assert (refused.value.code, count(world)) == (Code.INVALID, before)


def test_every_bad_line_is_named(world):
    assert wrong(
        world,
        "Hamm;Dorf;;X;x@example.net;Platz;;;",
        "Ahlen;;;X;keine;Chef;31.2.2026;;fr",
        "Ahlen;;;;y@example.net;;;;",
        "Nirgends;;;X;z@example.net;;;;",
        ";;Unbekannt;X;z@example.net;;;;",
        "Ahlen;;;X;a@example.net;;;1.1.2020;",
        "Ahlen;;Menden;X;menden@example.org;;;;",
        "Ahlen;;;X;doppelt@example.net;;;;",
        "Ahlen;;;X;doppelt@example.net;;;;",
        "Ahlen;;;X;zuviel@example.net;;;;",
        ";;Menden;X;ahlen@example.org;;;;",
    ) == [
        (2, "Art", "Diese Art gibt es nicht. Möglich sind Stadt, Gemeinde, Kreis und Bezirksregierung."),
        (3, "Rolle", "Diese Rolle gibt es nicht. Möglich sind Platz, Coach und Moderation."),
        (3, "Sprache", "Diese Sprache gibt es hier nicht. Möglich sind de und en."),
        (3, "von", "Das ist kein Tag. Bitte schreiben Sie ihn wie 24.11.2026."),
        (3, "E-Mail", "Das ist keine E-Mail-Adresse."),
        (4, "Name", "Diese Angabe fehlt."),
        (5, "Art", "Diese Kommune gibt es noch nicht. Bitte geben Sie auch ihre Art an."),
        (6, "Kommune", "Dieses Team gibt es noch nicht. Bitte nennen Sie seine Kommune."),
        (7, "bis", "Dieser Tag ist schon vorbei."),
        (10, "E-Mail", "Diese Adresse steht schon in Zeile 9."),
        (11, "Team", "Dieses Team hat nur 2 Plätze."),
        (12, "E-Mail", "Diese Person hat schon einen Platz im Team Ahlen."),
    ]


def test_a_list_of_organisations_leaves_alone_what_is_there(world, take):
    text = "Name;Art;Region;Anmeldedienst\nAhlen;Stadt;;\nHamm;Stadt;Westfalen;hamm\nHamm;Kreis;;\n"
    take(text, "organisations")
    again = plan(world, text, Kind.ORGANISATIONS)
    assert (again.makes_nothing, again.left) == (True, {"organisations": 3})
    assert wrong(world, "Olpe;Stadt;;hamm", "Olpe;Stadt;;", "olpe;stadt;;", ";Stadt;;",
                 kind=Kind.ORGANISATIONS, head="Name;Art;Region;Anmeldedienst\n") == [
        (2, "Anmeldedienst", "Diesen Wert hat schon eine andere Kommune."),
        (3, "Name", "Das steht schon in Zeile 2."),
        (4, "Name", "Das steht schon in Zeile 2."),
        (5, "Name", "Diese Angabe fehlt."),
    ]  # fmt: skip


def test_what_was_exported_is_there_already(world, take):
    take()
    with world.door.database.reading() as connection:
        people, places = people_file(connection, world.cohort), organisations_file(connection)
    for kind, content in ((Kind.PEOPLE, people), (Kind.ORGANISATIONS, places)):
        again = plan(world, decoded(content), kind)
        assert (again.wrong, again.makes_nothing) == ([], True)


def test_a_list_is_taken_back_whole_once(world, take):
    before = count(world)
    taken = take()
    once = {"command_id": commands.new_id()}
    for _ in range(2):
        world.ask("administrator", "import.undo", "house", {"list": taken}, **once)
    organisations, teams, _, mails = count(world)
    # Nobody is invited to what is no longer there: the mails were still waiting to be sent.
    assert (organisations, teams, mails) == (*before[:2], before[3])
    with world.door.database.reading() as connection:
        (one,) = queries.imports(connection)
        waiting = select(Invitation.id).where(
            Invitation.withdrawn_at.is_(None), Invitation.accepted_at.is_(None)
        )
        assert connection.execute(waiting).all() == []
    assert one.undone == {"organisations": 1, "teams": 1, "invitations": 4}
    assert refusal(world, "import.undo", {"list": taken}) == Code.CLOSED


def test_what_is_used_by_then_stays_and_is_named(world, take, database, clock):
    taken = take()
    with database.transaction() as connection:
        accepted = update(Invitation).where(Invitation.email == "hamm@example.net")
        connection.execute(accepted.values(accepted_at=clock.now()))
    world.ask("administrator", "import.undo", "house", {"list": taken})
    with world.door.database.reading() as connection:
        (one,) = queries.imports(connection)
    assert one.undone == {"organisations": 0, "teams": 0, "invitations": 3}
    assert one.stayed == {
        "organisations": ["Hamm"], "teams": ["Hamm"], "invitations": ["Hamm · Ehrenamt"]
    }  # fmt: skip


def test_after_an_hour_it_stays(world, take, clock):
    taken = take()
    clock.move(minutes=61)
    assert world.refused(policy.system("seed"), "import.undo", "house", {"list": taken}) == "closed"


@pytest.mark.parametrize("who", ["ahlen", "coach", "facilitator", "stranger"])
def test_only_the_office_takes_lists_in_back_and_away(world, take, who):
    taken = take()
    asked = {
        "import.confirm": {"kind": "people", "cohort": world.cohort, "text": PEOPLE},
        "import.undo": {"list": taken},
        "list.export": {"list": "people", "cohort": world.cohort},
    }
    assert {world.refused(who, name, "house", body) for name, body in asked.items()} == {"not_found"}


def test_a_long_list_takes_no_more_statements(database, take):
    """The house waits for it: what its lines say was looked at in the plan already."""

    def cost(lines):
        with database.reading() as connection, counted(connection) as asked:
            take(HEAD + "".join(lines))
        return len(asked)

    few, many = (
        [f";;Ahlen;Neu;neu{number}@example.net;Coach;;;\n" for number in numbers]
        for numbers in (range(2), range(2, 32))
    )
    assert cost(many) == cost(few)
