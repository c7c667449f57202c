"""A TCP way to a server on which chosen messages get lost, and the connection with them."""

from __future__ import annotations

import contextlib
import socket
import threading


class Proxy:
    """Passes everything on, except what it was told to swallow; once each."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.swallowed = 0
        self._question: bytes | None = None
        self._answer_to: bytes | None = None
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def swallow(self, words: bytes) -> None:
        """The next message to the server that holds these words never arrives."""
        self._question = words

    def swallow_answer_to(self, words: bytes) -> None:
        """The next message with these words arrives, its answer does not."""
        self._answer_to = words

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            _end(connection)
        for thread in self._threads:
            thread.join(10)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                server = socket.create_connection(self._server)
                self._open += [client, server]
                for work in (self._up, self._down):
                    self._threads.append(threading.Thread(target=work, args=(client, server)))
                    self._threads[-1].start()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65_536):
                if self._question and self._question in data:
                    self._question = None
                    self.swallowed += 1
                    break
                if self._answer_to and self._answer_to in data:
                    self._answer_to = None
                    self._open.remove(client)
                    server.sendall(data)
                    continue
                server.sendall(data)
        _end(client)
        _end(server)

    def _down(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65_536):
                if client not in self._open:
                    self.swallowed += 1
                    break
                client.sendall(data)
        _end(client)
        _end(server)


def _end(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
