"""Passwords are stored as Argon2 hashes with known costs."""

import subprocess
import sys
import threading
from functools import partial

import argon2
import pytest

from foundation.errors import Refusal
from people.sign_in import passwords


def test_a_hash_fits_its_password_and_no_other():
    stored = passwords.hash_of("vier Worte reichen gut")
    assert (passwords.fits(stored, "vier Worte reichen gut"), passwords.fits(stored, "vier")) == (True, False)


def test_a_hash_has_the_costs_that_were_chosen():
    assert passwords.HASH.fullmatch(passwords.hash_of("x"))
    assert passwords.HASH.fullmatch(passwords.NOBODY)


def test_nothing_fits_where_there_is_no_hash():
    assert not passwords.fits(None, "")


def test_what_is_stored_broken_fits_nothing():
    assert not passwords.fits("$argon2id$v=19$broken", "x")


def test_an_umlaut_is_the_same_however_it_was_composed():
    assert passwords.fits(passwords.hash_of("Bürger und Ämter"), "Bürger und Ämter")


def test_a_hash_at_other_costs_is_to_be_made_anew():
    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x")
    assert (passwords.needs_rehash(cheap), passwords.needs_rehash(passwords.hash_of("x"))) == (True, False)


@pytest.mark.parametrize(
    ("password", "repeated", "field"),
    [("zu kurz", "zu kurz", "password"), ("x" * 201, "x" * 201, "password"), ("x" * 12, "y" * 12, "repeat")],
)
def test_a_new_password_is_long_enough_and_typed_twice(password, repeated, field):
    with pytest.raises(Refusal) as refused:
        passwords.check_new(password, repeated=repeated)
    assert set(refused.value.fields) == {field}


@pytest.mark.parametrize(
    "password",
    [
        "passwort1234",
        "Passwort2026!",
        "Werkstatt2026!",
        "Sommer2026!!!",
        "qwertzuiopü1",
        "hallohallohallo",
        "123456789012",
        "Stadtverwaltung1",
        "xxxxxxxxxxxxxxxxxxxxxxxx",
        "x" * passwords.LONGEST_PASSWORD,
    ],
)
def test_what_many_take_is_refused_with_a_sentence_that_helps(password):
    with pytest.raises(Refusal) as refused:
        passwords.check_new(password, repeated=password)
    assert refused.value.fields == {"password": passwords.EASILY_GUESSED}


def test_what_others_know_of_the_person_protects_nothing():
    password = "Kornblumenweg Kerstin"
    passwords.check_new(password, repeated=password)
    with pytest.raises(Refusal):
        passwords.check_new(password, repeated=password, about=("Kerstin", "Kornblumenweg"))


@pytest.mark.parametrize("password", ["vier Worte reichen gut", "korrekt pferd batterie", "8xKq!vT2#mLz"])
def test_words_without_a_connection_and_signs_by_chance_will_do(password):
    passwords.check_new(password, repeated=password)


def test_only_a_few_are_computed_at_once(request):
    """Where the computing happens can be chosen; the limit holds there too."""
    running, most, lock = 0, 0, threading.Lock()
    both = threading.Barrier(passwords.AT_ONCE, timeout=30)

    def counted(work):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        both.wait()
        with lock:
            running -= 1
        return work()

    request.addfinalizer(lambda: passwords.compute(lambda work: work()))
    passwords.compute(counted)
    compare = partial(threading.Thread, target=passwords.fits, args=(None, "x"))
    threads = [compare() for _ in range(3 * passwords.AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == passwords.AT_ONCE


UNDER_GREEN_THREADS = """
import eventlet, eventlet.tpool
eventlet.monkey_patch()
from people.sign_in import passwords
passwords.compute(eventlet.tpool.execute)
pool = eventlet.GreenPool()
with eventlet.Timeout(20):
    asked = [str(number) * 100 for number in range(6)]  # long, so that they do meet
    print(*pool.imap(passwords.is_easily_guessed, asked))
"""


def test_several_choose_a_password_at_once_under_green_threads():
    """Guesses are counted in real threads, where a lock of green threads would never wake anybody."""
    asked = [sys.executable, "-W", "ignore", "-c", UNDER_GREEN_THREADS]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=30, env={"PYTHONPATH": "platform"})
    assert done.stdout.split() == ["True"] * 6, done.stderr[-500:]
