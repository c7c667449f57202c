"""A TCP way to a server that behaves as networks do: it holds, cuts, forgets, stutters and is far away."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
import threading
from collections.abc import Callable, Coroutine
from typing import Any

RESET = struct.pack("ii", 1, 0)
"""Linger that long before closing, so that the other side gets a reset instead of a farewell."""

Delay = Callable[[], float]
"""Seconds for which the next chunk is held back."""


class Network:
    """Any number of connections, carried by one thread. What it is told holds for both directions."""

    def __init__(self, server: int) -> None:
        self._server = server
        self._delay: Delay = float
        self._open: set[_Connection] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port: int = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._loop = asyncio.new_event_loop()
        self._listening = self._loop.create_task(self._listen(listener))
        self._thread = threading.Thread(target=self._loop.run_forever, name="network")
        self._thread.start()

    def __len__(self) -> int:
        """Connections that are open on at least one side."""
        return len(self._open)

    def ports(self) -> set[int]:
        """By which the other side knows the connections that have got through."""
        return {
            int(server[1].get_extra_info("sockname")[1])
            for connection in self._call(lambda: list(self._open))
            if (server := connection.server)
        }

    def hold(self) -> None:
        """Nothing passes until `flow`, on new connections neither; nothing gets lost."""
        self._call(self._flowing.clear)

    def flow(self) -> None:
        """Everything passes at once again."""
        self._delay = float
        self._call(self._flowing.set)

    def stutter(self, chance: random.Random) -> None:
        """One chunk in ten is held for 0.2 to 3 s, and what comes behind it as well."""
        self._delay = lambda: chance.uniform(0.2, 3) if chance.random() < 0.1 else 0.0

    def move_away(self, seconds: float) -> None:
        """Whatever is sent takes that long to arrive."""
        self._delay = lambda: seconds

    def reset(self) -> int:
        """Cut every connection on both sides; how many there were."""
        return self._each(lambda connection: connection.end(reset=True))

    def forget(self) -> int:
        """As a router that has lost its table: nothing passes any more on what is open now; new ones work."""
        return self._each(lambda connection: connection.fall_silent())

    def vanish(self) -> int:
        """Every client is gone without a word to the server."""
        return self._each(lambda connection: connection.lose_the_client())

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _call(self, do: Callable[[], Any]) -> Any:
        async def called() -> Any:
            return do()

        return asyncio.run_coroutine_threadsafe(called(), self._loop).result(10)

    def _each(self, do: Callable[[_Connection], None]) -> int:
        def all_of_them() -> int:
            for connection in list(self._open):
                do(connection)
            return len(self._open)

        return int(self._call(all_of_them))

    async def _end(self) -> None:
        self._listening.cancel()
        tasks = [connection.task for connection in self._open]
        for connection in list(self._open):
            connection.end(reset=False)
        await asyncio.gather(self._listening, *tasks, return_exceptions=True)

    async def _listen(self, listener: socket.socket) -> None:
        server = await asyncio.start_server(self._carry, sock=listener)
        async with server:
            await server.serve_forever()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection((reader, writer), asyncio.current_task())
        self._open.add(connection)
        try:
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await self._flowing.wait()
                connection.server = await asyncio.open_connection("127.0.0.1", self._server)
                await connection.carry(self._pass_on)
        finally:
            connection.end(reset=False)
            self._open.discard(connection)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One direction; the end of it arrives as late as everything else."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(256)

        async def arrive() -> None:
            data = b"."
            while data:
                due, data = await under_way.get()
                await asyncio.sleep(max(0.0, due - self._loop.time()))
                await self._flowing.wait()
                writer.write(data)
                await writer.drain()

        arriving = asyncio.ensure_future(arrive())
        try:
            data = b"."
            while data and not arriving.done():
                data = await reader.read(65_536)
                await under_way.put((self._loop.time() + self._delay(), data))
            await arriving
        finally:
            arriving.cancel()


class _Connection:
    """A client's side and the server's, and the task that carries between them."""

    def __init__(self, client: tuple[Any, Any], task: Any) -> None:
        self.client = client
        self.server: tuple[Any, Any] | None = None
        self.task = task
        self._ways: list[asyncio.Future[None]] = []
        self._ended = asyncio.Event()
        self._is_silent = False

    async def carry(self, pass_on: Callable[[Any, Any], Coroutine[Any, Any, None]]) -> None:
        """Until either side ends it, or until both have, where nothing passes any more."""
        assert self.server is not None
        up = asyncio.ensure_future(pass_on(self.client[0], self.server[1]))
        down = asyncio.ensure_future(pass_on(self.server[0], self.client[1]))
        self._ways = [up, down]
        try:
            await asyncio.wait(self._ways, return_when=asyncio.FIRST_COMPLETED)
            if self._is_silent:
                await self._ended.wait()
        finally:
            for way in self._ways:
                way.cancel()
            await asyncio.gather(*self._ways, return_exceptions=True)

    def fall_silent(self) -> None:
        self._is_silent = True
        for way in self._ways:
            way.cancel()
        for _reader, writer in filter(None, (self.client, self.server)):
            writer.transport.pause_reading()

    def lose_the_client(self) -> None:
        self.fall_silent()
        _end(self.client[1], reset=True)

    def end(self, *, reset: bool) -> None:
        self._ended.set()
        for _reader, writer in filter(None, (self.client, self.server)):
            _end(writer, reset=reset)


def _end(writer: asyncio.StreamWriter, *, reset: bool) -> None:
    if reset and not writer.transport.is_closing():
        with contextlib.suppress(OSError):
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    writer.transport.abort()
