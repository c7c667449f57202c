"""Scarcity: a lack of file descriptors passes; what else goes wrong with a listener is said."""

from __future__ import annotations

import errno
import json
import os
import resource
import socket

import pytest
from tests.scene import PASSWORD, address
from tests.visiting import Visitor, wait_until

from werkstatt import scarcity


def test_a_listener_that_is_closed_accepts_nothing_more() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    accepting = scarcity.Accepting(listener)
    port = accepting.getsockname()[1]
    with socket.create_connection(("127.0.0.1", port)):
        accepting.accept()[0].close()
    listener.close()

    with pytest.raises(OSError, match="Bad file descriptor"):
        accepting.accept()


class Failing(socket.socket):
    """A listener that says so of the first connections; nobody can bring about which error that is."""

    says: list[int]

    def accept(self) -> tuple[socket.socket, object]:
        if self.says:
            number = self.says.pop(0)
            raise OSError(number, os.strerror(number))
        return super().accept()


@pytest.mark.parametrize(
    "number",
    [errno.ECONNABORTED, errno.ECONNRESET, errno.EPROTO, errno.EPERM, errno.ENETDOWN, errno.EMFILE, 4095],
)
def test_what_was_wrong_with_one_connection_keeps_no_other_out(number: int) -> None:
    with Failing() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.says = [number] * 2
        with socket.create_connection(listener.getsockname()) as beside:
            accepted, address = scarcity.Accepting(listener).accept()
            assert address == beside.getsockname()
            accepted.close()


def test_memory_is_given_back_where_the_c_library_can() -> None:
    scarcity.return_memory()


@pytest.mark.slow
@pytest.mark.usefixtures("on_sqlite")
def test_whoever_takes_all_file_descriptors_keeps_nobody_out_for_good(serve, scene) -> None:
    server = serve(scene.url).start()
    member = Visitor(server.url).sign_in(address("member"), PASSWORD)
    # Once each, so that everything that is opened for an answer is open.
    place = scene.place("voting")
    assert member.snapshot(place)["seq"]
    held = []
    resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (60, 60))
    for _ in range(100):
        held.append(socket.create_connection(("127.0.0.1", server.port)))
    wait_until(lambda: "no_room_to_accept" in server.said, "there is no room")

    for one in held:
        one.close()
    member.close()
    body = {"topic": scene.topics["voting"], "value": 1}
    wait_until(
        lambda: member.again().command("ballot.mark", place, body).status == 200, "there is room again"
    )
    assert not [line for line in server.said.splitlines() if "exception" in json.loads(line)]
