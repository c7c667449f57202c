"""What is administered leaves an entry that no code of ours changes, and a sentence for who reads it."""

import re
from pathlib import Path

from foundation import commands
from people.auditing.sentences import GROUPS, SENTENCES
from werkstatt import rooms  # noqa: F401 -- declares every command

from .rights import MAY

ROOMS = Path(__file__).resolve().parents[2] / "platform"
AUDITED = {name for name, known in commands.declared().items() if known.audited}
READERS = {"foundation/audit.py", "people/auditing/queries.py"}


def test_what_the_office_may_and_a_member_may_not_leaves_an_entry():
    administered = {name for name, line in MAY.items() if line["administrator"] and not line["member"]}
    assert administered - AUDITED == set()


def test_every_audited_command_has_a_sentence_and_a_group():
    assert AUDITED - set(SENTENCES) == set()
    assert {name.partition(".")[0] for name in AUDITED} - set(GROUPS) == set()


def test_only_trimming_takes_entries_away_and_nothing_changes_one():
    texts = {path.relative_to(ROOMS).as_posix(): path.read_text() for path in ROOMS.rglob("*.py")}
    assert {name for name, text in texts.items() if "AuditRow" in text} <= READERS
    writing = [
        (name, found)
        for name in READERS
        for found in re.findall(r"\b(insert|update|delete)\(AuditRow\)", texts[name])
    ]
    assert sorted(writing) == [("foundation/audit.py", "delete"), ("foundation/audit.py", "insert")]
    assert "delete(AuditRow)" in texts["foundation/audit.py"].partition("def trim(")[2]
