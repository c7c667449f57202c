"""The list of who was erased, beside the database."""

import pytest

from people.privacy import erasures

ONE, OTHER = "0123456789abcdef", "fedcba9876543210"
AT = "2026-11-25T08:00:00.000000Z"


@pytest.fixture
def listed(tmp_path):
    return tmp_path / erasures.FILE


def test_everybody_stands_there_once_and_only_the_owner_reads_it(listed):
    for person in (ONE, OTHER, ONE):
        erasures.note(listed, person, AT)
    assert listed.read_text() == f"{ONE} {AT}\n{OTHER} {AT}\n"
    assert listed.stat().st_mode & 0o777 == 0o600
    assert list(erasures.read(listed)) == [ONE, OTHER]


def test_what_a_power_cut_left_half_written_is_written_over_and_not_read(listed):
    listed.write_text(f"{ONE} {AT}\n{OTHER[:7]}")
    assert list(erasures.read(listed)) == [ONE]
    erasures.note(listed, OTHER, AT)
    assert list(erasures.read(listed)) == [ONE, OTHER]


def test_a_list_is_read_strictly_and_a_last_line_without_its_end_counts(listed):
    listed.write_text(f"{ONE} {AT}\n\n{OTHER} {AT}")
    assert list(erasures.read(listed)) == [ONE, OTHER]
    for wrong in (ONE, "x 2026-11-25T08:00:00Z", f"{ONE} 2026-11-25T08:00:00"):
        listed.write_text(f"{wrong}\n{OTHER} {AT}\n")
        with pytest.raises(erasures.WrongListError):
            erasures.read(listed)
