"""The list of who was erased, beside the database."""

import pytest

from people.privacy import erasing, erasures, finding

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


def test_who_came_back_with_a_copied_database_is_erased_when_the_server_starts(listed, world, database):
    assert erasing.catch_up(world.door, listed) == 0
    erasures.note(listed, world.people["ahlen"], AT)
    erasures.note(listed, ONE, AT)
    assert [erasing.catch_up(world.door, listed) for _ in range(2)] == [1, 0]
    with database.reading() as connection:
        assert finding.who(connection, world.people["ahlen"]) is None
