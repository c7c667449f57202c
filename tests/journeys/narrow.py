"""A network that lets no sockets through and says nothing about it, as some offices have."""

from __future__ import annotations

import contextlib
import socket
import threading


class NarrowNetwork:
    """Passes every connection on, except those that ask to become a WebSocket: they never get an answer."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.swallowed = 0
        self.narrow = True
        self._server = 0
        self._open = [self._listener]
        self._threads: list[threading.Thread] = []

    def lead_to(self, port: int) -> None:
        self._server = port
        self._run(self._accept)

    def close(self) -> None:
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        for thread in self._threads:
            thread.join(10)

    def _run(self, work: object, *args: socket.socket | bytes) -> None:
        thread = threading.Thread(target=work, args=args)  # type: ignore[arg-type]  # all of them are methods
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                self._open.append(client)
                self._run(self._admit, client)

    def _admit(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                if not (data := client.recv(65_536)):
                    return
                head += data
            if self.narrow and b"\r\nupgrade: websocket" in head.lower():
                self.swallowed += 1
                return
            server = socket.create_connection(("127.0.0.1", self._server))
            self._open.append(server)
            server.sendall(head)
            self._run(_pass_on, server, client)
            _pass_on(client, server)


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := one.recv(65_536):
            other.sendall(data)
    with contextlib.suppress(OSError):
        other.shutdown(socket.SHUT_WR)
