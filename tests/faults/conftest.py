"""Servers that are killed, stopped and held up, and a look at what they left behind."""

import json
import sqlite3
from contextlib import closing, contextmanager

import psycopg
import pytest
from sqlalchemy import make_url, select
from tests.scene import PASSWORD, address
from tests.visiting import Visitor

from foundation.database import Database
from foundation.eventlog import EventRow, StreamRow


@contextmanager
def held_up(url, place):
    """Somebody else holds what a command at that place needs, for as long as the block lasts."""
    settled = make_url(url)
    if settled.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(settled.database, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")
        return
    with psycopg.connect(url) as connection:
        connection.execute("SELECT name FROM place WHERE name = %s FOR UPDATE", [place])
        yield
        connection.rollback()


def logged(url, stream):
    """The events of a stream as they stand in the log."""
    database = Database(url)
    with database.reading() as connection:
        query = select(EventRow.seq, EventRow.name, EventRow.body).where(EventRow.stream == stream)
        found = [
            (row.seq, row.name, json.loads(row.body))
            for row in connection.execute(query.order_by(EventRow.seq))
        ]
    database.close()
    return found


def gaps(url):
    """The streams whose numbers are not 1 to their head."""
    database = Database(url)
    with database.reading() as connection:
        heads = {row.name: row.head for row in connection.execute(select(StreamRow.name, StreamRow.head))}
        numbers = {name: [] for name in heads}
        for stream, seq in connection.execute(select(EventRow.stream, EventRow.seq).order_by(EventRow.seq)):
            numbers[stream].append(seq)
    database.close()
    return {name for name, head in heads.items() if numbers[name] != list(range(1, head + 1))}


@pytest.fixture
def visit():
    """Signs somebody of the scene in at a server."""
    return lambda server, who: Visitor(server.url).sign_in(address(who), PASSWORD)
