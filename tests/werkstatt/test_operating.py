"""What an operator types before and beside the server, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, insert, select, update
from tests.scene import Scene, address
from tests.serving import SECRET_KEY

from foundation import clock
from foundation.audit import AuditRow
from foundation.database import Database
from foundation.policy import Role
from people.accounts.models import Person
from people.accounts.queries import account
from people.cohorts.models import RoleGrant
from people.factors.models import OneTimeCode, Passkey, RecoveryCode
from people.mail.models import MailRow
from people.sign_in import passwords
from people.sign_in.models import SessionRow
from werkstatt import migrating
from werkstatt.cli import main
from werkstatt.settings import Settings

PASSWORD = "vier neue Worte reichen"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run(url, "create-admin", "--email", ..., typed="...")`; the environment is an operator's."""

    def run(url: str, *arguments: str, typed: str = "", **settings: str) -> Result:
        told = {"database_url": url, "secret_key": SECRET_KEY, "data_dir": str(tmp_path / "var"), **settings}
        for name, value in told.items():
            monkeypatch.setenv(f"WERKSTATT_{name.upper()}", value)
        return CliRunner().invoke(main, arguments, input=typed, catch_exceptions=False)

    return run


@pytest.fixture
def house(scene: Scene) -> Iterator[Database]:
    """The scene's database, to look at."""
    database = Database(scene.url)
    yield database
    database.close()


def administers(house: Database, email: str) -> bool:
    with house.reading() as connection:
        held = (
            select(RoleGrant.id)
            .join(Person, Person.id == RoleGrant.person_id)
            .where(Person.email == email, RoleGrant.role == Role.ADMINISTRATOR)
        )
        return connection.execute(held).first() is not None


def opens(house: Database, email: str, password: str) -> bool:
    with house.reading() as connection:
        found = account(connection, email)
    return bool(found and passwords.fits(found.password_hash, password))


def test_settings_that_fit_are_shown_without_secrets(run: Run) -> None:
    url = "postgresql://werkstatt:hidden@database/werkstatt"
    shown = run(url, "check-config", redis_url="redis://:hidden@hints:6379/0")
    assert shown.exit_code == 0
    assert "WERKSTATT_DATABASE_URL=postgresql://werkstatt:***@database/werkstatt " in shown.output
    assert "WERKSTATT_ASYNC=eventlet " in shown.output
    assert SECRET_KEY not in shown.output
    assert "hidden" not in shown.output
    asked = run("postgresql:///werkstatt?password=hidden&host=/run/postgresql", "check-config")
    assert "?password=***&host=/run/postgresql" in asked.output


def test_every_setting_is_shown_once_with_what_it_means(run: Run, database_url: str) -> None:
    lines = run(database_url, "check-config").output.splitlines()
    shown = [line.partition("=")[0] for line in lines]
    meant = {line.partition("=")[0]: line.partition("    # ")[2] for line in lines}
    fields = {
        field.alias or f"WERKSTATT_{name.upper()}": field.description
        for name, field in Settings.model_fields.items()
    }
    assert meant == fields
    assert len(shown) == len(fields)


def test_what_is_dangerous_is_said_by_the_check_too(run: Run) -> None:
    refused = run("", "check-config", redis_url="redis://hints:6379/0")
    assert (refused.exit_code, "SQLite hat einen" in refused.output) == (1, True)


@pytest.mark.parametrize("command", ["check-config", "migrate", "create-admin", "set-password"])
def test_settings_that_do_not_fit_end_every_command_with_the_reason(run: Run, command: str) -> None:
    given = ["--email", "x@example.org", "--password", PASSWORD] if "-" in command[3:] else []
    refused = run("mysql://somewhere", command, *(given if command != "check-config" else []), port="99999")
    assert refused.exit_code == 1
    assert "WERKSTATT_DATABASE_URL begins with sqlite:///" in refused.output
    assert "WERKSTATT_PORT" in refused.output


def test_migrate_makes_a_database_that_can_be_served_and_does_not_mind_the_second_time(
    run: Run, database_url: str
) -> None:
    for _ in range(2):
        done = run(database_url, "migrate")
        assert (done.exit_code, done.output) == (0, "Die Datenbank ist auf dem neuesten Stand.\n")
    database = Database(database_url)
    migrating.require_current(database)
    database.close()


@pytest.mark.parametrize("command", ["create-admin", "set-password"])
def test_before_migrate_nobody_gets_an_account(run: Run, database_url: str, command: str) -> None:
    refused = run(database_url, command, "--email", "x@example.org", "--password", PASSWORD)
    assert refused.exit_code == 1
    assert "»werkstatt migrate« hilft" in refused.output


@pytest.mark.parametrize("command", ["migrate", "create-admin"])
def test_a_database_that_is_away_is_said_in_a_sentence(run: Run, command: str, tmp_path: Path) -> None:
    given = ["--email", "x@example.org", "--password", PASSWORD] if command != "migrate" else []
    nowhere = f"postgresql:///werkstatt?host={tmp_path}"
    refused = run(nowhere, command, *given)
    assert refused.exit_code == 1
    assert "Die Datenbank antwortet nicht:" in refused.output


def test_the_first_account_of_the_office_is_asked_for(run: Run, scene: Scene, house: Database) -> None:
    typed = f"Neu@Example.org\nProgrammbüro Süd\n{PASSWORD}\n{PASSWORD}\n"
    made = run(scene.url, "create-admin", typed=typed)
    assert made.exit_code == 0
    assert made.output.endswith("Programmbüro Süd kann sich jetzt mit dieser Adresse anmelden.\n")
    assert PASSWORD not in made.output
    assert administers(house, "neu@example.org")
    assert opens(house, "neu@example.org", PASSWORD)


def test_an_account_that_exists_keeps_its_name_and_says_it(run: Run, scene: Scene, house: Database) -> None:
    given = ["--email", address("member").upper(), "--name", "Jemand anderes", "--password", PASSWORD]
    for _ in range(2):
        made = run(scene.url, "create-admin", *given)
        assert made.exit_code == 0
        assert "gehört schon ein Konto: Ahlen · Engagementförderung." in made.output
        assert "Ahlen · Engagementförderung kann sich jetzt" in made.output
        assert "Jemand anderes" not in made.output
    assert administers(house, address("member"))
    assert opens(house, address("member"), PASSWORD)


def test_a_new_password_ends_the_sessions_and_gives_no_role(run: Run, scene: Scene, house: Database) -> None:
    done = run(scene.url, "set-password", "--email", address("member"), "--password", PASSWORD)
    assert done.exit_code == 0
    assert "Ahlen · Engagementförderung hat ein neues Passwort." in done.output
    assert opens(house, address("member"), PASSWORD)
    assert not administers(house, address("member"))
    with house.reading() as connection:
        theirs = select(SessionRow.id).join(Person, Person.id == SessionRow.person_id)
        assert connection.execute(theirs.where(Person.email == address("member"))).first() is None
        noted = select(AuditRow.actor, AuditRow.place).where(AuditRow.command == "password.set")
        assert connection.execute(noted).all() == [("system/command-line", scene.place("member"))]


def test_who_has_lost_everything_is_let_in_by_the_first_step_again(
    run: Run, scene: Scene, house: Database
) -> None:
    here = Person.email == address("guarded")
    with house.transaction() as connection:
        row = connection.execute(select(Person.id).where(here)).scalar_one()
        connection.execute(update(Person).where(here).values(signed_in_at=clock.now()))
        connection.execute(insert(RecoveryCode).values(person_id=row, key="k"))
        connection.execute(
            insert(Passkey).values(
                public_id="0" * 16, person_id=row, credential="c", public_key="k", sign_count=0,
                transports="", name="Schlüssel", made_at=clock.now(),
            )
        )  # fmt: skip
        connection.execute(update(SessionRow).values(person_id=row))
    done = run(scene.url, "drop-factors", address("guarded").upper())
    assert (done.exit_code, "Finnentrop · Ehrenamt meldet sich" in done.output) == (0, True)
    with house.reading() as connection:
        left = [
            connection.execute(select(func.count()).where(table.person_id == row)).scalar_one()
            for table in (OneTimeCode, RecoveryCode, Passkey, SessionRow)
        ]
        mails = connection.execute(select(MailRow.kind).where(MailRow.person_id == row)).scalars().all()
        entry = select(AuditRow.actor, AuditRow.place).where(AuditRow.command == "factors.drop")
        noted = [tuple(row) for row in connection.execute(entry)]
    assert (left, mails) == ([0] * 4, ["factor_changed"])
    assert noted == [("system/command-line", scene.place("guarded"))]
    again = run(scene.url, "drop-factors", address("guarded"))
    assert (again.exit_code, "Dieses Konto hat keinen zweiten Faktor." in again.output) == (1, True)
    nobody = run(scene.url, "drop-factors", "nobody@example.org")
    assert (nobody.exit_code, "kein Konto" in nobody.output) == (1, True)


def test_a_password_for_nobody_is_refused(run: Run, scene: Scene) -> None:
    refused = run(scene.url, "set-password", "--email", "nobody@example.org", "--password", PASSWORD)
    assert refused.exit_code == 1
    assert "Zu dieser Adresse gibt es kein Konto." in refused.output


@pytest.mark.parametrize(
    ("email", "name", "password", "said"),
    [
        ("neu@example.org", "Neu", "zu kurz", "mindestens 12 Zeichen"),
        ("neu@example.org", "Neu", "x" * 2000, "höchstens"),
        ("keine Adresse", "Neu", PASSWORD, "Bitte geben Sie eine E-Mail-Adresse an"),
        ("neu@example.org", "N" * 121, PASSWORD, "120"),
    ],
)
def test_what_does_not_fit_is_said_with_its_number_and_changes_nothing(
    run: Run, scene: Scene, house: Database, email: str, name: str, password: str, said: str
) -> None:
    given = ["--email", email, "--name", name, "--password", password]
    refused = run(scene.url, "create-admin", *given)
    assert refused.exit_code == 1
    assert said in refused.output
    assert "%(" not in refused.output
    assert not opens(house, email, password)
