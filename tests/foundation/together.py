"""Several commands that fall into one transaction."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from tests.foundation import trouble
from tests.foundation.probe import HOUSE, ask

from foundation.commands import Command
from foundation.door import Door


class Together:
    """Lets several commands fall into one transaction: they queue up while another has the turn."""

    def __init__(self, opened: Door) -> None:
        self._door = opened

    def carry_out(self, *asked: tuple[Any, Command], ahead: Sequence[Callable[[], object]] = ()) -> list[Any]:
        """What becomes of each. `ahead`: what else queues up, before them."""
        key = "" if self._door.database.is_sqlite else asked[0][1].place
        holder = threading.Thread(target=lambda: self._door.carry_out(HOUSE, ask("counter.hold")))
        holder.start()
        assert trouble.held.wait(20)
        outcomes: dict[int, Any] = {}

        def run(number: int, act: Callable[[], object]) -> None:
            try:
                outcomes[number] = act()
            except Exception as error:  # noqa: BLE001 -- the outcome is what the test looks at
                outcomes[number] = error

        acts = [*ahead, *(partial(self._door.carry_out, *one) for one in asked)]
        threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
        for number, thread in enumerate(threads):
            thread.start()
            while len(self._door._lanes._lanes[key].waiting) <= number:
                time.sleep(0)
        trouble.let_go.set()
        for thread in (holder, *threads):
            thread.join(30)
            assert not thread.is_alive()
        return [outcomes[number] for number in range(len(acts))]
