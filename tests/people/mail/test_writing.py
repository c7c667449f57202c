"""What stands in a mail: in both languages, with links to this house only, and nothing of what is secret."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from gettext import NullTranslations

import pytest
from babel.support import Translations
from sqlalchemy import insert, select

from foundation import clock as house_clock
from foundation import ids
from people.accounts.models import Person
from people.cohorts.models import Cohort, Seat
from people.invitations.models import Invitation
from people.links import service as links
from people.links.rules import PATHS, Purpose, link_in
from people.mail import queries, writing
from people.mail.news import told
from people.mail.rules import CHOSEN, USUAL, Kind, unsubscribing
from people.mail.words import Words
from werkstatt.paths import TRANSLATIONS

from .conftest import BASE, KEY

pytestmark = pytest.mark.usefixtures("on_sqlite")

PATH = "/workshops/0123456789abcdef/poll"
SUBJECTS = {
    Kind.INVITATION: "Einladung in die Werkstatt",
    Kind.RESET: "Neues Passwort wählen",
    Kind.ADDRESS_OLD: "Bitte bestätigen: Ihre Adresse soll sich ändern",
    Kind.ADDRESS_NEW: "Bitte bestätigen: Ihre neue Adresse",
    Kind.DEVICE_NEW: "Anmeldung auf einem neuen Gerät",
    Kind.PASSWORD_CHANGED: "Ihr Passwort ist geändert",
    Kind.ADDRESS_CHANGED: "Ihre Adresse ist geändert",
    Kind.FACTOR_CHANGED: "Ihre Anmeldung ist geändert",
    Kind.ACCOUNT_ENDS: "Ihr Konto wird bald gelöscht",
    Kind.ERASED: "Ihr Konto ist gelöscht",
    Kind.POLL_OPENED: "Die Abstimmung ist eröffnet",
    Kind.POLL_CLOSES_SOON: "Noch abzustimmen",
    Kind.WORKSHOP_CANCELLED: "Ein Treffen ist abgesagt",
    Kind.POLL_RESET: "Bitte stimmen Sie noch einmal ab",
    Kind.DIGEST: "Was in der Werkstatt ansteht",
}
LEADS_TO = {
    Kind.DEVICE_NEW: "/profile/security",
    Kind.PASSWORD_CHANGED: "/profile/security",
    Kind.FACTOR_CHANGED: "/profile/security",
    Kind.ACCOUNT_ENDS: "/sign-in",
    Kind.POLL_OPENED: PATH,
    Kind.POLL_CLOSES_SOON: PATH,
    Kind.WORKSHOP_CANCELLED: PATH,
    Kind.POLL_RESET: PATH,
    Kind.DIGEST: PATH,
}


@pytest.fixture
def mail(world, within, post, notify, outbox, head, clock):
    """`mail(Kind.RESET, "de")` as it would be sent; `None` if it would not be."""

    def posted(kind, language):
        if kind is Kind.INVITATION:
            return _invite(world, within, post, language)
        if kind in (Kind.RESET, Kind.ADDRESS_OLD, Kind.ADDRESS_NEW):
            made = within(lambda it: links.make(it, Purpose(kind), person=world.people["ahlen"]))
            address = "new@example.org" if kind is Kind.ADDRESS_NEW else None
            return post(kind, "ahlen", params={"link": made}, language=language, address=address)
        if kind in CHOSEN:
            world.ask("ahlen", "profile.change", world.place("ahlen"), _profile(language))
            if kind is Kind.DIGEST:
                _want(world, "digest")
            until = house_clock.now() + timedelta(days=5)
            for told in USUAL if kind is Kind.DIGEST else [kind]:
                notify(told, ["ahlen"], until=until)
            return clock.move(days=2)
        params = {"device": "Firefox, Linux", "at": "2026-01-15T18:00:00.000000Z"}
        if kind is Kind.ERASED:
            return post(kind, address="gone@example.org", language=language)
        ends = {"until": house_clock.wire(datetime(2030, 1, 14, 23, tzinfo=UTC))}
        facts = {Kind.DEVICE_NEW: params, Kind.ACCOUNT_ENDS: ends}.get(kind, {})
        return post(kind, "ahlen", language=language, params=facts)

    def mail(kind, language="de"):
        posted(kind, language)
        return written(world, outbox(kind)[-1].public_id, head)

    return mail


def written(world, public_id, head):
    with world.door.database.reading() as connection:
        return writing.write(connection, queries.waiting(connection, public_id), head).message


def _profile(language):
    return {"name": "Ahlen · Engagementförderung", "language": language, "theme": "auto"}


def _want(world, delivery):
    body = {"deliveries": dict.fromkeys(USUAL, delivery)}
    world.ask("ahlen", "notifications.change", world.place("ahlen"), body)


def _invite(world, within, post, language, email="invited@example.org"):
    def make(transaction):
        public_id, connection = ids.public_id(), transaction.connection
        cohort = connection.execute(select(Cohort.id)).scalars().first()
        values = {"public_id": public_id, "email": email, "name": "Ahlen · Neu", "language": language}
        values |= {"role": "facilitator", "cohort_id": cohort, "invited_at": transaction.now}
        connection.execute(insert(Invitation).values(values))
        return links.make(transaction, Purpose.INVITATION, subject=public_id)

    made = within(make)
    post(Kind.INVITATION, address=email, language=language, params={"link": made})


def both(message):
    return [writing.text_of(message, kind) for kind in ("plain", "html")]


def addresses(text):
    return re.findall(r"https?://[^\s\"<>]+[^\s\"<>.]", text)


@pytest.mark.parametrize("delivery", ["at_once", "digest"])
def test_who_has_left_meanwhile_gets_no_mail_of_it(world, notify, outbox, head, clock, delivery):
    _want(world, delivery)
    notify(Kind.POLL_OPENED, ["ahlen"], place=f"cohort/{world.cohort}")
    waiting = outbox("digest" if delivery == "digest" else Kind.POLL_OPENED)[-1].public_id
    assert written(world, waiting, head) is not None
    with world.door.database.reading() as connection:
        of_ahlen = select(Seat.public_id).join(Person, Person.id == Seat.person_id)
        here = Person.public_id == world.people["ahlen"]
        seat = connection.execute(of_ahlen.where(here)).scalar_one()
    world.ask("administrator", "seat.end", f"cohort/{world.cohort}", {"seat": seat})
    assert written(world, waiting, head) is None


def test_who_has_left_for_the_network_gets_no_mail_of_it_either(world, notify, outbox, head):
    """A role of the house is no part in what the group does."""
    notify(Kind.POLL_OPENED, ["stranger"], place=f"cohort/{world.cohort}")
    role = {"person": world.people["stranger"], "role": "network"}
    world.ask("administrator", "role.grant", "house", role)
    assert written(world, outbox(Kind.POLL_OPENED)[-1].public_id, head) is None


def test_a_digest_of_much_asks_the_database_no_oftener(world, notify, outbox, head, queries_of):
    _want(world, "digest")
    asked = []
    for more in (1, 5):
        for _ in range(more):
            notify(Kind.POLL_OPENED, ["ahlen"], place=f"cohort/{world.cohort}")
        digest = outbox("digest")[-1].public_id
        asked.append(queries_of(lambda digest=digest: written(world, digest, head)))
    assert asked[0] == asked[1]


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_written_in_both_languages(mail, kind, language):
    message = mail(kind, language)
    words = Translations.load(TRANSLATIONS, [language])
    subject = words.gettext(SUBJECTS[kind])
    assert message["Subject"] == subject
    assert message["Content-Language"] == language
    assert message.get_content_type() == "multipart/alternative"
    text, html = both(message)
    assert f'<html lang="{language}">' in html
    assert f"<title>{subject}</title>" in html
    for part in (text, html):
        assert words.gettext("Guten Tag,") in part
        assert "%(" not in part
        assert "None" not in part
        assert "{{" not in part
    assert set(addresses(text)) == set(addresses(html))


@pytest.mark.parametrize("kind", list(Kind))
def test_every_address_in_a_mail_is_one_of_this_house(mail, kind):
    for part in both(mail(kind)):
        found = addresses(part)
        assert found
        assert [address for address in found if not (address + "/").startswith(f"{BASE}/")] == []


@pytest.mark.parametrize("kind", sorted(LEADS_TO))
def test_the_link_leads_to_what_the_mail_is_about(mail, kind):
    for part in both(mail(kind)):
        assert f"{BASE}{LEADS_TO[kind]}" in part


@pytest.mark.parametrize("kind", [Kind.INVITATION, Kind.RESET, Kind.ADDRESS_OLD, Kind.ADDRESS_NEW])
def test_a_link_that_opens_something_is_sealed_with_the_key_of_the_house(mail, outbox, kind):
    message = mail(kind)
    stored = outbox(kind)[-1].params
    for part in both(message):
        token = re.search(rf"{BASE}{PATHS[Purpose(kind)]}(\w+)", part)[1]
        assert link_in(token, KEY) == token[:16]
        assert token[:16] in stored
        assert token not in stored
        assert "nur einmal" in part


@pytest.mark.parametrize("kind", list(Kind))
def test_a_mail_names_nobody_and_loads_nothing(mail, world, kind):
    message = mail(kind)
    with world.door.database.reading() as connection:
        everybody = connection.execute(select(Person.name)).scalars()
        named = [name for name in everybody if "·" in name]  # the office is called by what it is
    assert named
    text, html = both(message)
    for part in (message["Subject"], text, html):
        assert [name for name in named if name in part] == []
    assert re.findall(r"<(?:img|link|script|style|iframe|object)\b|style=|src=", html) == []


def test_an_account_that_goes_is_said_with_its_day_and_what_keeps_it(mail):
    for part in both(mail(Kind.ACCOUNT_ENDS)):
        assert "am Dienstag, 15. Januar 2030" in part
        assert "melden Sie sich vorher einmal an" in part


def test_whoever_has_signed_in_meanwhile_is_not_told_that_the_account_goes(mail, world, outbox, head):
    mail(Kind.ACCOUNT_ENDS)
    world.open_session("ahlen")
    assert written(world, outbox(Kind.ACCOUNT_ENDS)[-1].public_id, head) is None


def test_the_headers_say_that_a_program_wrote_and_when(mail, outbox):
    message = mail(Kind.PASSWORD_CHANGED)
    assert message["From"] == "Werkstatt <post@example.org>"
    assert message["To"] == "ahlen@example.org"
    assert message["Message-ID"] == f"<{outbox()[-1].public_id}@werkstatt.example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert abs(parsedate_to_datetime(message["Date"]) - house_clock.now()) < timedelta(minutes=1)


@pytest.mark.parametrize("kind", list(Kind))
def test_only_what_somebody_may_choose_can_be_unsubscribed(mail, world, kind):
    message = mail(kind)
    if kind not in CHOSEN:
        assert "List-Unsubscribe" not in message
        assert "List-Unsubscribe-Post" not in message
        assert "unsubscribe" not in "".join(both(message))
        return
    address = message["List-Unsubscribe"].strip("<>")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    token = address.removeprefix(f"{BASE}/mail/unsubscribe/")
    assert unsubscribing(token, KEY) == (world.people["ahlen"], kind)
    for part in both(message):
        assert address in part
        assert f"{BASE}/profile/notifications" in part


def test_an_invitation_says_to_which_cohort(mail):
    for part in both(mail(Kind.INVITATION)):
        assert "Durchgang 2015/16" in part


def test_moments_are_said_in_local_time_and_words(mail):
    for part in both(mail(Kind.DEVICE_NEW)):
        assert "Donnerstag, 15. Januar, 19:00 Uhr" in part
        assert "Firefox, Linux" in part


def test_what_a_browser_calls_itself_cannot_write_the_mail(post, outbox, world, head):
    device = "<a href=https://evil.example>Klick</a>" + "x" * 200
    post(Kind.DEVICE_NEW, "ahlen", params={"device": device, "at": "2026-01-15T18:00:00.000000Z"})
    text, html = both(written(world, outbox()[-1].public_id, head))
    assert "<a href=https" not in html
    assert "x" * 80 not in text


def test_a_digest_tells_everything_that_came_together_in_order(mail):
    for part in both(mail(Kind.DIGEST)):
        places = [part.index(SUBJECTS[kind]) for kind in USUAL]
        assert places[0] > 0
        assert places == sorted(places)
        assert part.count(f"{BASE}{PATH}") == len(USUAL)


def test_a_link_that_was_replaced_or_is_too_old_is_not_sent(mail, within, world, outbox, head, clock):
    assert mail(Kind.RESET)
    first = outbox(Kind.RESET)[-1].public_id
    assert mail(Kind.RESET)
    assert written(world, first, head) is None
    clock.move(minutes=31)
    assert written(world, outbox(Kind.RESET)[-1].public_id, head) is None


def test_a_mailbox_with_an_umlaut_is_written_to(post, outbox, world, head):
    post(Kind.PASSWORD_CHANGED, "ahlen", address="jürgen@münchen.example")
    message = written(world, outbox(Kind.PASSWORD_CHANGED)[-1].public_id, head)
    assert str(message["To"]) == "jürgen@xn--mnchen-3ya.example"
    assert "jürgen@xn--mnchen-3ya.example".encode() in bytes(message)


@pytest.mark.parametrize(
    ("address", "written_as"),
    [
        ("name@münchen.example", "name@xn--mnchen-3ya.example"),
        ("vor.nach+zusatz@ort.example", "vor.nach+zusatz@ort.example"),
        ("o'neill@ort.example", "o'neill@ort.example"),
        ("jürgen@ort.example", "jürgen@ort.example"),
    ],
)
def test_an_address_is_written_as_mail_servers_want_it(address, written_as):
    assert writing.in_ascii(address) == written_as


@pytest.mark.parametrize(
    "address",
    ["a..b@ort.example", ".a@ort.example", "a@" + "x" * 64 + ".example", "a,b@ort.example", "<a>@ort.example",
     "a(b)@ort.example", "a@ort..example", "a@[127.0.0.1]", "a@ort.example>", "a:b@ort.example",
     '"a"@ort.example'],
)  # fmt: skip
def test_what_no_mail_server_could_be_asked_for_is_no_address(address):
    with pytest.raises(writing.NoAddressError):
        writing.in_ascii(address)


def test_a_reminder_of_a_secret_poll_tells_nobody_that_their_team_is_missing():
    words = Words("de", NullTranslations())
    facts = {"starts_at": "2016-04-28T07:00:00.000000Z", "until": "2016-04-20T10:00:00.000000Z"}
    plain = " ".join(told(words, Kind.POLL_CLOSES_SOON, facts))
    secret = " ".join(told(words, Kind.POLL_CLOSES_SOON, {**facts, "secret": "yes"}))
    assert "noch nicht abgestimmt" in plain
    assert "noch nicht abgestimmt" not in secret
    assert "geht an alle Teams" in secret
