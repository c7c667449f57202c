"""Public ids: not to be guessed, and of the one form that the wire promises."""

from __future__ import annotations

import re

from foundation import ids


def test_an_id_has_the_form_of_the_wire() -> None:
    made = [ids.public_id() for _ in range(2000)]

    assert all(re.fullmatch(ids.PATTERN, one) for one in made)
    assert all(len(one) == 16 for one in made)
    assert set("".join(made)) == set(ids.ALPHABET)


def test_ids_do_not_repeat() -> None:
    assert len({ids.public_id() for _ in range(5000)}) == 5000


def test_every_place_of_an_id_varies() -> None:
    made = [ids.public_id() for _ in range(2000)]

    assert [len({one[place] for one in made}) for place in range(16)] == [32] * 16


def test_signs_that_look_alike_do_not_occur() -> None:
    assert set("ilou") & set(ids.ALPHABET) == set()
