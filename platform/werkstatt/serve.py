"""The server process, and the only file that imports eventlet.

Started by `cli.py` with `python -m werkstatt.serve`, so that these lines come before everything else.
"""

from __future__ import annotations

import gc
import os
import sys
import warnings

gc.disable()  # what is imported stays: looking through it again and again takes an eighth of the start

if os.environ.get("WERKSTATT_ASYNC", "eventlet") == "eventlet":
    # Without it psycopg waits in C, and the whole process with it, for every query.
    os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"
    warnings.filterwarnings("ignore", message="(?s).*Eventlet is deprecated")
    import eventlet
    import eventlet.tpool
    import eventlet.wsgi

    eventlet.monkey_patch()

import argparse
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy.exc import OperationalError
from werkzeug.serving import make_server

from foundation.database import Database
from live import compiled, fanout
from live.wire import keep_going
from people.privacy import erasing, erasures
from people.sign_in import passwords
from werkstatt import dangers, heads, keys, logs, migrating, scarcity
from werkstatt.app import Application, create_app
from werkstatt.demo import mark
from werkstatt.demo.prepare import prepare
from werkstatt.holding import AlreadyServedError, hold
from werkstatt.mailing import Mailing
from werkstatt.settings import Mode, Settings, WrongSettingsError, load
from werkstatt.worker import Worker

gc.enable()
log = structlog.get_logger()

BACKLOG = 4096
"""Connections that may wait to be accepted: a thousand clients return at once after a restart."""
CIRCLES_EVERY = 60.0
"""Seconds between two looks for circles among everything."""
GRACE = 5.0
"""Seconds that running requests have to finish after SIGTERM; with what follows it stays below ten."""


DEMO_READY = """
  Die Werkstatt läuft:  http://127.0.0.1:{port}/demo

  Dort melden Sie sich mit einem Klick an: als Mitglied eines der zehn Teams,
  als Coach, Moderation oder Programmbüro. Für eine zweite Rolle öffnen Sie
  ein privates Fenster. Beenden mit Strg+C.
"""


REFUSALS = (
    WrongSettingsError,
    AlreadyServedError,
    migrating.NotMigratedError,
    mark.WrongDatabaseError,
    dangers.DangerousError,
)
"""What keeps the server from starting, with a sentence that says why."""


def main(argv: list[str]) -> int:
    """Serve until SIGTERM or SIGINT; exit status 0 after a clean end, 1 where nobody was let in any more."""
    asked = argparse.ArgumentParser(prog="werkstatt.serve")
    asked.add_argument("--demo", action="store_true")
    asked.add_argument("--lively", action="store_true")
    asked.add_argument("--fresh", action="store_true")
    options = asked.parse_args(argv)
    try:
        settings = load()
        lock = hold(settings.data_dir) if settings.is_sqlite else None
        _check_database(settings, demonstrating=options.demo, fresh=options.fresh)
    except REFUSALS as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OperationalError as error:
        sys.stderr.write(f"{migrating.unreachable(error)}\n")
        return 1
    logs.set_up(settings.log_level)
    scarcity.return_memory()
    application = create_app(settings, demonstrating=options.demo)
    try:
        if again := erasing.catch_up(application.door, settings.data_dir / erasures.FILE):
            log.warning("erased_again", persons=again)
    except erasures.WrongListError:
        sys.stderr.write(f"{settings.data_dir / erasures.FILE} ist keine Liste der Löschungen.\n")
        return 1
    try:
        listener = _listen(settings.host, settings.port)
    except OSError as error:
        where = f"{settings.host}:{settings.port} (WERKSTATT_HOST, WERKSTATT_PORT)"
        sys.stderr.write(f"Unter {where} ist der Server nicht zu erreichen: {error.strerror}.\n")
        return 1
    stopping = threading.Event()
    asked_to_stop = _Asked()
    application.wire.start()
    loops = _loops(application, stopping, demonstrating=options.demo)
    for loop in loops:
        loop.start()
    port = listener.getsockname()[1]
    lively = _lively(port) if options.lively else None
    if options.demo:
        _say(DEMO_READY.format(port=port))
    log.info("serving", address=f"http://{settings.host}:{port}", mode=str(settings.async_))
    serve = _serve_green if settings.async_ is Mode.EVENTLET else _serve_threads
    status = serve(application, listener, asked_to_stop)
    stopping.set()
    if lively is not None:
        lively.terminate()
    for loop in loops:
        loop.join(timeout=1)
    application.database.close()
    if lock is not None:
        lock.close()
    log.info("stopped")
    return status


def _loops(
    application: Application, stopping: threading.Event, *, demonstrating: bool
) -> list[threading.Thread]:
    """What goes on beside the answers. Mail by itself: a slow mail server must not keep a poll open."""
    settings = application.settings
    brought = {erasures.NOTE: erasures.writer(settings.data_dir / erasures.FILE)}
    worker = Worker(application.door, settings.session_limits, settings.periods, brought=brought)
    loops: dict[str, Callable[[threading.Event], None]] = {"worker": worker.run, "circles": _look_for_circles}
    if not demonstrating:  # a demo shows its mails
        loops["mailing"] = Mailing(application.door, settings).run
    return [
        threading.Thread(target=keep_going, args=(name, loop, stopping), daemon=True)
        for name, loop in loops.items()
    ]


def _check_database(settings: Settings, *, demonstrating: bool, fresh: bool) -> None:
    """A demo gets the database it shows; a real one must be at this version, and no demo's."""
    if demonstrating:
        if settings.host != "127.0.0.1":
            raise mark.WrongDatabaseError("Die Vorführung läuft nur auf diesem Rechner.")
        secret = keys.key(settings, keys.RECEIPTS)
        prepare(settings.database, secret=secret, fresh=fresh, say=_say)
        return
    database = Database(settings.database)
    try:
        migrating.require_current(database)
        with database.reading() as connection:
            mark.refuse_to_serve_demo(connection)
        dangers.refuse(settings, database)
    finally:
        database.close()


def _look_for_circles(stopping: threading.Event) -> None:
    """Objects that only hold each other: the young ones as usual, all of them every minute.

    What is here at the start stays. Looking through all of thousands of connections whenever Python counts
    enough new objects would take an eighth of the processor, and hold everybody up for a tenth of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 1_000_000)
    while not stopping.wait(CIRCLES_EVERY):
        gc.collect()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Inherited by accepted sockets; without it the last screen waits 31 ms instead of 3.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.bind((host, port))
    listener.listen(BACKLOG)
    return listener


def _lively(port: int) -> subprocess.Popen[bytes]:
    """The other teams, as a program of their own that comes in by the front door."""
    address = f"http://127.0.0.1:{port}"
    return subprocess.Popen([sys.executable, "-m", "werkstatt.demo.lively", "--url", address])  # noqa: S603 -- our own module


class _Asked:
    """Whether a signal has asked us to stop. A handler may interrupt anything, so it only sets a flag."""

    def __init__(self) -> None:
        self._asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._note)

    def wait(self, *, is_serving: Callable[[], bool]) -> int:
        """Until we are asked to, with status 0; or nobody is let in any more, for whoever starts us again."""
        while not self._asked:
            if not is_serving():
                return 1
            time.sleep(0.1)
        return 0

    def _note(self, *_: object) -> None:
        self._asked = True


class _Connections:
    """Those that are open, so many at most.

    Once it accepts no more, whatever the reason, the library would wait until all of these have ended before
    it says so; a browser's ends never.
    """

    def __init__(self, pool: Any) -> None:
        self.spawn = pool.spawn

    def waitall(self) -> None:
        """Whoever stops the server waits for what is worth it."""


class _Counted:
    """WSGI that knows how many requests are under way, so that a stop can wait for them."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.running = 0

    def __call__(self, environ: Any, start_response: Any) -> Any:
        waits = "HTTP_UPGRADE" in environ or environ.get("PATH_INFO", "").endswith("/events")
        # By this the connection and its environment would hold each other, in memory for a minute; and a
        # WebSocket would count as idle, and be shut before what the last commands change is told.
        environ.pop("eventlet.set_idle", None)
        self.running += not waits
        try:
            return self._inner(environ, start_response)
        finally:
            self.running -= not waits


def _finish(application: Application, counted: _Counted) -> None:
    """Running commands end, are answered and told; then the sockets close."""
    until = time.monotonic() + GRACE
    while counted.running and time.monotonic() < until:
        time.sleep(0.02)
    application.wire.stop()


def _serve_green(application: Application, listener: socket.socket, asked_to_stop: _Asked) -> int:
    settings = application.settings
    if settings.compile_sending:
        fanout.write_by(compiled.load(settings.data_dir / "compiled"))
    # A hash takes 50 ms of a processor: in a real thread, so that nobody else waits for it.
    passwords.compute(eventlet.tpool.execute)
    counted = _Counted(application.app)

    def accept() -> None:
        why = None
        try:
            eventlet.wsgi.server(
                scarcity.Accepting(listener),
                counted,
                log_output=False,
                custom_pool=_Connections(eventlet.GreenPool(settings.connections)),
                keepalive=settings.idle_seconds,
                socket_timeout=settings.peer_seconds,
                protocol=heads.guarded(eventlet.wsgi.HttpProtocol, seconds=settings.peer_seconds),
                debug=False,
            )
        except Exception as error:  # noqa: BLE001 -- whatever it is, the process ends with it
            why = error
        log.error("serving_ended", exc_info=why)

    server = eventlet.spawn(accept)
    status = asked_to_stop.wait(is_serving=lambda: not server.dead)
    server.kill()
    _finish(application, counted)
    return status


def _serve_threads(application: Application, listener: socket.socket, asked_to_stop: _Asked) -> int:
    counted = _Counted(application.app)
    host, port = listener.getsockname()[:2]
    server = make_server(host, port, counted, threaded=True, fd=listener.fileno())
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    status = asked_to_stop.wait(is_serving=thread.is_alive)
    server.shutdown()
    _finish(application, counted)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
