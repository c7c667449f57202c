"""What a server refuses to start with, because it would lose something or let somebody in.

Each sentence says what is wrong and what to do. `werkstatt check-config` asks the same.
"""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator

from sqlalchemy import Connection, text

from foundation.database import Database
from werkstatt.settings import Mode, Settings

KNOWN_SECRETS = ("change", "geheim", "secret", "example", "beispiel", "passwor", "werkstatt")
"""What stands in a secret that somebody typed or copied; in a drawn one, once in centuries."""
FEWEST_SIGNS = 10
"""Different characters that a secret has at least."""
FULL = 2
"""`PRAGMA synchronous`: every commit is on the disk before it is answered."""


class DangerousError(Exception):
    """The house must not be opened like this; the message says why, a line for each reason."""


def refuse(settings: Settings, database: Database) -> None:
    """Raise `DangerousError` if the settings, the process or the database are dangerous."""
    found = [*in_settings(settings), *in_process(settings)]
    with database.reading() as connection:
        found += in_database(connection)
    if found:
        raise DangerousError("\n".join(found))


def in_settings(settings: Settings) -> Iterator[str]:
    """What can be seen without starting anything."""
    secret = settings.secret_key.lower()
    if len(set(secret)) < FEWEST_SIGNS or any(word in secret for word in KNOWN_SECRETS):
        yield (
            "WERKSTATT_SECRET_KEY sieht nach einem Beispiel aus; wer ihn errät, ist jede Person. Lassen Sie "
            'ihn würfeln: python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
        )
    if "*" in settings.base_url:
        yield "WERKSTATT_BASE_URL darf keinen Stern enthalten: Sonst dürfte jede Seite im Netz hier handeln."
    if settings.is_secure and not settings.trusted_proxies:
        yield (
            "WERKSTATT_BASE_URL beginnt mit https://, also steht ein Server mit TLS davor, aber "
            "WERKSTATT_TRUSTED_PROXIES ist 0: So kämen alle von dessen Adresse, und wer fremd ist, könnte "
            "die Anmeldeversuche aller verbrauchen. Mit nginx davor ist es 1."
        )
    if settings.is_sqlite and settings.redis_url:
        yield (
            "WERKSTATT_REDIS_URL ist für mehrere Prozesse, und SQLite hat einen. Für mehrere braucht es "
            "PostgreSQL (WERKSTATT_DATABASE_URL); sonst bleibt die Angabe leer."
        )
    if settings.data_dir.exists() and settings.data_dir.stat().st_mode & stat.S_IWOTH:
        yield (
            f"In den Ordner {settings.data_dir} (WERKSTATT_DATA_DIR) darf jeder schreiben: chmod o-rwx hilft."
        )


def in_process(settings: Settings) -> Iterator[str]:
    """What this process has become, whoever started it."""
    if settings.async_ is not Mode.EVENTLET:
        return
    patcher = getattr(sys.modules.get("eventlet"), "patcher", None)
    if patcher is None or not all(map(patcher.is_monkey_patched, ("socket", "thread", "time"))):
        yield (
            "Der Server läuft nicht über »werkstatt serve«: Ohne dessen Vorbereitung hielte jede Anfrage "
            "alle auf."
        )
    waiting = sys.modules.get("psycopg.waiting")
    if waiting is not None and waiting.wait is not waiting.wait_selector:
        yield (
            "psycopg wurde vor dem Server geladen und hielte bei jeder Abfrage den ganzen Prozess an. "
            "Starten Sie über »werkstatt serve«, ohne eigene Module davor (PYTHONPATH, sitecustomize)."
        )


def in_database(connection: Connection) -> Iterator[str]:
    """Whether what is committed is safe, as the database itself says it."""
    if connection.dialect.name == "sqlite":
        if connection.execute(text("PRAGMA synchronous")).scalar_one() < FULL:
            yield "SQLite schreibt nicht sofort (synchronous): Ein Stromausfall kostete Bestätigtes."
        if connection.execute(text("PRAGMA journal_mode")).scalar_one() != "wal":
            yield "SQLite kann hier kein WAL führen, etwa auf einem Netzlaufwerk. Nehmen Sie eine Platte."
        return
    for name, wrong, why in (
        ("fsync", ("off",), "nach einem Stromausfall ist die Datenbank zerstört"),
        ("full_page_writes", ("off",), "ein Stromausfall kann Seiten halb geschrieben zurücklassen"),
        ("synchronous_commit", ("off",), "ein Stromausfall kostete Bestätigtes"),
        ("server_encoding", ("SQL_ASCII",), "Umlaute sind darin nicht sicher; legen Sie sie mit UTF8 an"),
    ):
        value = connection.execute(text(f"SHOW {name}")).scalar_one()
        if value in wrong:
            yield f"PostgreSQL hat {name}={value}: {why}."
