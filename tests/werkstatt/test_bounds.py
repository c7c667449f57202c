"""Every limit is a setting: it has the wire's usual value, it has edges, and what is set is what counts."""

import http.client
import socket
import time
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

import psycopg
import pytest
from tests.scene import PASSWORD, address
from tests.serving import SECRET_KEY
from tests.visiting import Visitor, wait_until

from live.limits import USUAL, Limits
from people.sign_in.limits import ACCOUNT, ADDRESS
from werkstatt.app import create_app
from werkstatt.bounds import Bounds
from werkstatt.settings import Mode, WrongSettingsError, load

NAMES = [field.name for field in fields(Limits)]
TESTS = Path(__file__).resolve().parents[1]
EDGES = {
    "connections": (
        "werkstatt/test_bounds.py",
        "test_a_process_serves_so_many_connections_and_the_next_one_after_one_has_gone",
    ),
    "requests_at_once": (
        "werkstatt/test_bounds.py",
        "test_of_a_session_so_many_requests_are_worked_on_and_so_many_wait",
    ),
    "requests_waiting": (
        "werkstatt/test_bounds.py",
        "test_of_a_session_so_many_requests_are_worked_on_and_so_many_wait",
    ),
    "idle_seconds": ("werkstatt/test_bounds.py", "test_a_connection_is_idle_that_long_and_no_longer"),
    "peer_seconds": ("werkstatt/test_heads.py", "test_a_head_that_comes_byte_by_byte_is_late_after_its_time"),
    "request_bytes": ("werkstatt/test_bounds.py", "test_a_form_may_be_that_long"),
    "command_bytes": ("werkstatt/test_bounds.py", "test_a_command_may_be_that_long"),
    "commands_per_transaction": (
        "foundation/test_door_together.py",
        "test_so_many_share_a_transaction_and_one_more_does_not",
    ),
    "database_connections": (
        "foundation/test_database_connections.py",
        "test_so_many_read_at_once_and_one_more_waits_for_one_of_them",
    ),
    "sockets_per_person": ("live/test_gate.py", "test_a_person_has_so_many_sockets_in_all_their_browsers"),
    "streams_per_socket": ("live/test_sockets.py", "test_one_socket_follows_only_so_many_streams"),
    "messages_per_second": (
        "live/test_sockets.py",
        "test_two_seconds_worth_of_messages_are_saved_up_and_no_more",
    ),
    "message_bytes": ("live/test_lines.py", "test_a_longer_message_ends_the_connection"),
    "fragments_per_message": (
        "live/test_lines.py",
        "test_a_message_comes_in_so_many_fragments_and_not_in_one_more",
    ),
    "silent_seconds": (
        "live/test_clearance.py",
        "test_who_says_nothing_after_coming_in_is_cut_off_in_the_end",
    ),
    "queued_messages": (
        "live/test_fanout.py",
        "test_a_slow_reader_is_cut_off_at_the_bound_and_others_are_not",
    ),
    "queued_bytes": ("live/test_fanout.py", "test_so_is_one_who_leaves_a_megabyte_waiting"),
    "events_per_message": ("live/test_publisher.py", "test_a_message_holds_a_hundred_events_at_most"),
    "events_per_answer": ("werkstatt/test_bounds.py", "test_a_catch_up_answers_with_so_many"),
    "wait_seconds": ("live/test_reading.py", "test_nobody_waits_longer_than_the_limit"),
    "waiting_per_person": ("live/test_reading.py", "test_one_person_may_have_only_so_many_waiting"),
}
"""Where each limit is tested at its edge."""


def test_every_limit_has_a_test_at_its_edge():
    assert EDGES.keys() == Bounds.model_fields.keys()
    missing = [
        name for name, (file, test) in EDGES.items() if f"def {test}(" not in (TESTS / file).read_text()
    ]
    assert missing == []


def test_the_wires_limits_are_settings_with_the_same_names_and_values():
    settings = load(secret_key=SECRET_KEY)
    assert settings.limits == USUAL
    assert set(NAMES) <= set(Bounds.model_fields)
    one_more = {name: getattr(USUAL, name) + 1 for name in NAMES}
    assert load(secret_key=SECRET_KEY, **one_more).limits == Limits(**one_more)


@pytest.mark.parametrize("name", Bounds.model_fields)
def test_no_limit_can_be_nothing_or_without_end(name):
    for value in (0, -1, 10**12, "viele"):
        with pytest.raises(WrongSettingsError, match=f"WERKSTATT_{name.upper()} "):
            load(secret_key=SECRET_KEY, **{name: value})


def test_what_is_set_is_what_counts(database_url, tmp_path):
    set_to = {
        "request_bytes": 70_000,
        "command_bytes": 2_000,
        "commands_per_transaction": 3,
        "database_connections": 5,
        "events_per_answer": 7,
        "wait_seconds": 9,
        "sign_in_limit_account": "2 per day",
        "sign_in_limit_address": "3 per day",
    }
    settings = load(
        secret_key=SECRET_KEY, data_dir=tmp_path, database_url=database_url, async_=Mode.THREADING, **set_to
    )
    application = create_app(settings)
    pool = application.database.engine.pool
    assert pool.size() + pool._max_overflow == 5
    assert application.app.config["MAX_CONTENT_LENGTH"] == 70_000
    assert application.door._lanes._most == 3
    assert [application.app.config[name] for name in (ACCOUNT, ADDRESS)] == ["2 per day", "3 per day"]
    application.database.close()


@pytest.mark.slow
@pytest.mark.usefixtures("on_sqlite")
class TestAtTheEdge:
    """On a server of its own, at the number that is set and at the next."""

    def signed_in(self, serve, scene, **settings):
        server = serve(scene.url, settings=settings).start()
        return server, Visitor(server.url).sign_in(address("member"), PASSWORD)

    def test_a_command_may_be_that_long(self, serve, scene):
        _server, member = self.signed_in(serve, scene, command_bytes=1024)
        fits = b'{"id":"x"' + b" " * (1024 - 10) + b"}"
        assert (len(fits), member.send(fits).status) == (1024, 422)
        assert member.send(fits + b" ").status == 413

    def test_a_form_may_be_that_long(self, serve, scene):
        _server, member = self.signed_in(serve, scene, request_bytes=2000)
        token = member.form_token("/profile")
        for more, status in ((100, 422), (2000, 413)):
            form = {"csrf_token": token, "name": "", "language": "x" * more}
            assert member.post("/profile", form).status == status

    def test_a_catch_up_answers_with_so_many(self, serve, scene):
        _server, member = self.signed_in(serve, scene, events_per_answer=2)
        place = scene.place("voting")
        told = member.snapshot(place)
        assert told["seq"] > 2
        found = member.catch_up(place, told["epoch"], 0)
        assert ([event["seq"] for event in found["events"]], found["more"]) == ([1, 2], True)
        rest = member.catch_up(place, told["epoch"], told["seq"] - 2)
        assert ([event["seq"] for event in rest["events"]][-1], rest["more"]) == (told["seq"], False)

    def test_a_process_serves_so_many_connections_and_the_next_one_after_one_has_gone(self, serve, scene):
        server, member = self.signed_in(serve, scene, connections=4)
        member.close()
        held = [http.client.HTTPConnection("127.0.0.1", server.port, timeout=60) for _ in range(4)]
        for one in held:
            one.request("GET", "/healthz")
            assert one.getresponse().read() == b"ok\n"
        waiting = socket.create_connection(("127.0.0.1", server.port))
        waiting.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        waiting.settimeout(1)
        with pytest.raises(TimeoutError):
            waiting.recv(100)
        held.pop().close()
        waiting.settimeout(60)
        assert waiting.recv(100).startswith(b"HTTP/1.1 200")
        waiting.close()
        for one in held:
            one.close()
        wait_until(lambda: member.get("/healthz").status == 200, "everybody is served again")

    def connected(self, server):
        return socket.create_connection(("127.0.0.1", server.port), timeout=60)

    def test_of_a_session_so_many_requests_are_worked_on_and_so_many_wait(self, serve, scene):
        server, member = self.signed_in(serve, scene, requests_at_once=1, requests_waiting=1)
        who = f"Host: 127.0.0.1:{server.port}\r\nCookie: {member.cookie}\r\n"
        command = (
            f"POST /live/commands HTTP/1.1\r\n{who}Origin: {server.url}\r\nX-CSRFToken: {member.csrf}\r\n"
            "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n"
        )
        inside, waiting = self.connected(server), []
        inside.sendall(command.encode())

        def waits():
            """Until the first one is in, the next is answered at once."""
            one = self.connected(server)
            one.sendall(f"GET /live/session HTTP/1.1\r\n{who}\r\n".encode())
            one.settimeout(0.5)
            try:
                one.recv(100)
            except TimeoutError:
                waiting.append(one)
                return True
            one.close()
            return False

        wait_until(waits, "one is inside and one waits")
        assert member.again().get("/live/session").status == 429
        inside.sendall(b"{}")
        for one, status in ((inside, 422), (waiting[0], 200)):
            one.settimeout(60)
            assert one.recv(100).startswith(f"HTTP/1.1 {status}".encode())
            one.close()
        assert member.again().get("/live/session").status == 200

    def test_a_connection_is_idle_that_long_and_no_longer(self, serve, scene):
        server, _member = self.signed_in(serve, scene, idle_seconds=2, peer_seconds=1)
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as idle:
            idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert idle.recv(10_000).startswith(b"HTTP/1.1 200")
            answered = time.monotonic()
            assert idle.recv(100) == b""
            assert 1.8 < time.monotonic() - answered < 4

    def test_a_connection_may_be_idle_and_its_head_may_be_late_that_long(self, serve, scene):
        server, _member = self.signed_in(serve, scene, idle_seconds=2, peer_seconds=1)
        request = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        for begun in (request, b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\na"):
            with socket.create_connection(("127.0.0.1", server.port), timeout=30) as late:
                late.sendall(begun)
                while late.recv(10_000):
                    """Whatever is said before the end."""
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as idle:
            for _ in range(2):
                idle.sendall(request + b"\r\n")
                assert idle.recv(10_000).startswith(b"HTTP/1.1 200")
            assert idle.recv(100) == b""


def test_fewer_than_four_connections_to_the_database_cannot_be_set():
    assert load(secret_key=SECRET_KEY, database_connections=4).database_connections == 4
    with pytest.raises(WrongSettingsError, match=r"WERKSTATT_DATABASE_CONNECTIONS .* 4"):
        load(secret_key=SECRET_KEY, database_connections=3)


@contextmanager
def locked(url, places):
    """Somebody else holds these places, and counts the other connections to that database."""
    with psycopg.connect(url) as holder:
        holder.execute("SELECT name FROM place WHERE name = ANY(%s) FOR UPDATE", [places])
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s"
        with psycopg.connect(url, autocommit=True) as looker:

            def count():
                known = looker.info.backend_pid, holder.info.backend_pid
                return looker.execute(f"{others} AND pid <> %s", known).fetchone()[0]

            yield count
        holder.rollback()


@pytest.mark.slow
@pytest.mark.usefixtures("on_postgres")
def test_a_process_holds_so_many_connections_to_its_database(serve, scene):
    """Six people write, each at a place of their own, where each has to wait; two of them wait outside."""
    server = serve(scene.url, settings={"database_connections": 4}).start()
    who = ("member", "neighbour", "facilitator", "coach", "administrator", "newcomer")
    people = {one: Visitor(server.url).sign_in(address(one), PASSWORD) for one in who}
    with locked(scene.url, [scene.place(one) for one in who]) as count:
        answers = [visitor.begin("tour.finish", scene.place(one)) for one, visitor in people.items()]
        wait_until(lambda: count() == 4, "all connections are in use", seconds=2)
        time.sleep(0.5)
        assert count() == 4
        assert Visitor(server.url).get("/healthz").status == 200
    assert [answer().status for answer in answers] == [200] * 6
