"""Who goes through the door, and what became of it."""

from __future__ import annotations

import pytest

from foundation.rides import Errand


def test_what_was_neither_done_nor_refused_is_a_mistake_in_the_code() -> None:
    with pytest.raises(RuntimeError, match="errand was neither done nor refused"):
        Errand(lambda _connection: None).result()
