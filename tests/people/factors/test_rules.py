"""Codes of an app and recovery codes, as they are counted and kept."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from people.factors import rules

SECRET = rules.new_secret()
NOW = datetime(2026, 11, 25, 9, 0, 10, tzinfo=UTC)
STEP = int(NOW.timestamp()) // 30


def code(moment=NOW):
    return pyotp.TOTP(SECRET).at(moment)


@pytest.mark.parametrize("off", [-1, 0, 1])
def test_a_clock_may_be_one_step_off(off):
    typed = code(NOW + timedelta(seconds=30 * off))
    assert rules.fitting_step(SECRET, typed, NOW) == STEP + off


@pytest.mark.parametrize("off", [-2, 2])
def test_but_not_two(off):
    assert rules.fitting_step(SECRET, code(NOW + timedelta(seconds=30 * off)), NOW) is None


def test_no_step_fits_twice():
    assert rules.fitting_step(SECRET, code(), NOW, after=STEP) is None
    assert rules.fitting_step(SECRET, code(), NOW, after=STEP - 1) == STEP


def test_what_is_no_code_fits_nothing():
    assert [rules.fitting_step(SECRET, typed, NOW) for typed in ("", "12345", "x" * 6, "١٢٣٤٥٦")] == [
        None
    ] * 4


def test_a_code_may_be_typed_with_spaces():
    assert rules.fitting_step(SECRET, f" {code()[:3]} {code()[3:]} ", NOW) == STEP


def test_a_secret_is_read_with_the_key_that_sealed_it_only():
    sealed = rules.seal(SECRET, b"key of the house")
    assert SECRET not in sealed
    assert rules.unseal(sealed, b"key of the house") == SECRET
    assert rules.unseal(sealed, b"another key") is None


def test_a_recovery_code_is_the_same_however_it_is_typed_and_the_persons_own():
    made = rules.new_recovery_codes()
    assert len(set(made)) == 10
    key = rules.recovery_key(made[0], "ahlen", b"key")
    assert rules.recovery_key(f" {made[0].replace('-', ' ').upper()}", "ahlen", b"key") == key
    assert rules.recovery_key(made[0], "menden", b"key") != key
