"""A passkey signs in alone or as the second step, and every falsified answer is refused."""

import re
import threading

from sqlalchemy import update
from tests.people.conftest import Browser
from tests.people.factors.authenticator import FALSE, Authenticator, asked
from tests.people.factors.passkey_pages import PASSKEYS, add, is_in, rows, sign_in, strong

from foundation import clock as house_clock
from foundation.errors import Refusal
from people.accounts.models import Person
from people.factors.models import Passkey
from people.sign_in.models import SessionRow
from people.sign_in.policy import DOOR


def test_a_passkey_signs_in_alone_and_the_session_is_strong(device, another_browser, database):
    question = asked(another_browser.get("/sign-in?next=/people"))
    answer = another_browser.post(
        "/sign-in/passkey", {"answer": device.use(question), "next": "/people"}, page="/sign-in"
    )
    assert answer.location == "/people"
    assert is_in(another_browser)
    newest = max(rows(database, SessionRow.id, SessionRow.method, SessionRow.strong))
    assert (newest.method, newest.strong) == ("passkey", True)


def test_the_host_header_says_nothing_about_where_a_passkey_is_good(device, browser):
    told = browser.get("/sign-in", base_url="http://127.0.0.1")
    assert told.status_code == 302 or asked(told)["rpId"] == "localhost"
    assert asked(Browser(browser.app).get("/sign-in", base_url="http://127.0.0.1"))["rpId"] == "localhost"


def test_a_falsified_answer_lets_nobody_in(device, another_browser):
    for why, falsified in FALSE.items():
        answer = sign_in(another_browser, device, **falsified)
        assert (answer.status_code, is_in(another_browser)) == (422, False), why
        assert "Mit diesem Passkey hat es nicht geklappt." in answer.text
    assert sign_in(another_browser, device).status_code == 302


MADE_UP = ["", "{}", "[]", "[" * 19_000, '"a"', '{"id": 1}', "x" * 30_000, '{"response": null}']


def test_what_no_browser_says_is_refused(browser, another_browser):
    browser.sign_in("ahlen")
    for text in MADE_UP:
        assert browser.post(PASSKEYS, {"answer": text}).status_code == 422
        answer = another_browser.post("/sign-in/passkey", {"answer": text}, page="/sign-in")
        assert answer.status_code == 422


def test_an_answer_counts_once(device, another_browser, app):
    question = asked(another_browser.get("/sign-in"))
    kept = another_browser.client.get_cookie("session").value
    device.counts = False
    device.count = 0
    text = device.use(question)
    send = {"answer": text}
    assert another_browser.post("/sign-in/passkey", send, page="/sign-in").location == "/"
    again = Browser(app)
    again.client.set_cookie("session", kept)
    assert again.post("/sign-in/passkey", send, page="/sign-in").status_code == 422
    assert not is_in(again)


def test_two_at_once_with_the_same_answer_let_in_one(device, world, database):
    passkey = rows(database, Passkey.public_id)[0].public_id
    body = {"passkey": passkey, "sign_count": 0, "asked_at": house_clock.now()}
    answers, line = [], threading.Barrier(2)

    def use():
        line.wait()
        try:
            world.ask(DOOR, "passkey.use", world.place("ahlen"), body)
            answers.append("in")
        except Refusal as refusal:
            answers.append(str(refusal.code))

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["in", "invalid"]


def test_a_question_belongs_to_its_browser_its_purpose_and_ten_minutes(
    device, browser, another_browser, app, clock
):
    third = Browser(app)
    foreign = asked(third.get("/sign-in"))
    assert sign_in(another_browser, device, foreign).status_code == 422
    answer = device.use(asked(browser.get("/confirm")))
    assert browser.post("/sign-in/passkey", {"answer": answer}, page="/confirm").status_code == 422
    late = asked(another_browser.get("/sign-in"))
    clock.move(minutes=10)
    answer = sign_in(another_browser, device, late)
    assert (answer.status_code, "Das hat zu lange gedauert." in answer.text) == (422, True)
    assert not is_in(another_browser)


def test_a_question_that_the_house_did_not_ask_is_refused(device, another_browser):
    question = asked(another_browser.get("/sign-in"))
    made_up = {**question, "challenge": question["challenge"][:-4] + "AAAA"}
    assert sign_in(another_browser, device, made_up).status_code == 422


def test_a_count_that_goes_back_is_refused(device, another_browser):
    device.count = 5
    assert sign_in(another_browser, device).status_code == 302
    another_browser.post("/sign-out", page="/profile")
    device.count = 4
    assert sign_in(another_browser, device).status_code == 422
    device.count = 6
    assert sign_in(another_browser, device).status_code == 302


def test_a_passkey_that_does_not_count_signs_in_again(browser, another_browser):
    browser.sign_in("ahlen")
    device = Authenticator(counts=False)
    add(browser, device)
    for _ in range(2):
        assert sign_in(another_browser, device).status_code == 302
        another_browser.post("/sign-out", page="/profile")


def test_who_is_locked_gets_the_answer_of_an_unknown_passkey(device, another_browser, database):
    unknown = Authenticator()
    unknown.handle = device.handle
    first = sign_in(another_browser, unknown)
    with database.transaction() as connection:
        connection.execute(update(Person).values(locked_at=house_clock.now()))
    second = sign_in(another_browser, device)
    said = [re.findall(r"Mit diesem Passkey hat es nicht geklappt[^<]*", one.text) for one in (first, second)]
    assert said[0] == said[1] != []
    assert [first.status_code, second.status_code] == [422, 422]


def test_a_passkey_speaks_for_its_own_person_only(device, another_browser, world):
    device.handle = world.people["menden"].encode()
    assert sign_in(another_browser, device).status_code == 422
    assert not is_in(another_browser)


def test_the_passkey_is_the_second_step_after_the_password(device, another_browser, database):
    assert another_browser.sign_in("ahlen", next="/people").location == "/sign-in/second"
    question = asked(another_browser.get("/sign-in/second"))
    assert len(question["allowCredentials"]) == 1
    text = device.use(question)
    assert another_browser.post("/sign-in/second", {"answer": text}).location == "/people"
    assert len(strong(database)) == 2


def test_another_persons_passkey_is_no_second_step(device, another_browser, app):
    stranger, theirs = Browser(app), Authenticator()
    stranger.sign_in("menden")
    add(stranger, theirs)
    another_browser.sign_in("ahlen")
    answer = theirs.use(asked(another_browser.get("/sign-in/second")))
    assert another_browser.post("/sign-in/second", {"answer": answer}).status_code == 422
    assert not is_in(another_browser)


def test_a_recovery_code_is_the_second_step_without_the_device(device, another_browser):
    another_browser.sign_in("ahlen")
    page = another_browser.get("/sign-in/second").text
    assert "Einer Ihrer Wiederherstellungscodes." in page
    assert another_browser.post("/sign-in/second", {"code": device.recovery[0]}).location == "/"


def test_showing_once_more_who_one_is(device, browser, clock):
    clock.move(minutes=10)
    assert browser.get(PASSKEYS).location.startswith("/confirm?next=")
    answer = device.use(asked(browser.get("/confirm")))
    assert browser.post("/confirm", {"answer": answer, "next": PASSKEYS}).location == PASSKEYS
    assert browser.get(PASSKEYS).status_code == 200


def test_guessing_is_slowed_down(device, another_browser, app):
    app.config["SIGN_IN_LIMIT_ACCOUNT"] = "3 per minute"
    answers = [sign_in(another_browser, device, rp="example.net").status_code for _ in range(4)]
    assert answers == [422, 422, 422, 429]
