"""The command `werkstatt`: names each command, and imports what one needs only when it is asked for.

`serve` and `demo` hand this process over to the server, which imports everything once more; so this
module stays light.
"""

from __future__ import annotations

import os
import secrets
import sys
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import click

ELSEWHERE = {
    "audit": ("werkstatt.auditing", "group"),
    "check-config": ("werkstatt.operating", "check_config"),
    "migrate": ("werkstatt.operating", "migrate"),
    "create-admin": ("werkstatt.operating", "create_admin"),
    "set-password": ("werkstatt.operating", "set_password"),
    "drop-factors": ("werkstatt.operating", "drop_factors"),
    "note-bounce": ("werkstatt.mailing", "note_bounce"),
    "backup": ("werkstatt.backup.desk", "backup"),
    "restore": ("werkstatt.backup.desk", "restore"),
    "retention": ("werkstatt.forgetting", "retention"),
    "vote": ("werkstatt.counting", "group"),
}
"""Commands that import the house: where they are."""


class _Desk(click.Group):
    """The commands of this module, and those that lie elsewhere."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, name = ELSEWHERE[cmd_name]
        found: click.Command = getattr(import_module(module), name)
        return found


@click.group(cls=_Desk)
def main() -> None:
    """Werkstatt: Entwicklungswerkstatt für kommunale Engagementstrategien."""


@main.command()
@click.option("--port", type=int, help="Port, sonst WERKSTATT_PORT.")
def serve(port: int | None) -> None:
    """Startet den Server."""
    _become_server({} if port is None else {"WERKSTATT_PORT": str(port)})


@main.command()
@click.option("--port", type=int, default=5000, show_default=True)
@click.option("--lively", is_flag=True, help="Die anderen Teams schlagen selbst Themen vor und stimmen ab.")
@click.option("--fresh", is_flag=True, help="Beginnt mit neuen Beispieldaten.")
def demo(*, port: int, lively: bool, fresh: bool) -> None:
    """Zeigt die Werkstatt mit Beispieldaten, nur auf diesem Rechner."""
    data_dir = Path(os.environ.get("WERKSTATT_DATA_DIR", "var")).resolve() / "demo"
    data_dir.mkdir(parents=True, exist_ok=True)
    environment = {
        "WERKSTATT_DATA_DIR": str(data_dir),
        "WERKSTATT_SECRET_KEY": _kept_secret(data_dir / "secret"),
        "WERKSTATT_BASE_URL": f"http://127.0.0.1:{port}",
        "WERKSTATT_HOST": "127.0.0.1",
        "WERKSTATT_PORT": str(port),
        "WERKSTATT_ADMINISTRATORS_NEED_SECOND_FACTOR": "false",
        "WERKSTATT_LOG_LEVEL": os.environ.get("WERKSTATT_LOG_LEVEL", "warning"),
    }
    options = [name for name, chosen in (("--lively", lively), ("--fresh", fresh)) if chosen]
    _become_server(environment, "--demo", *options)


def _kept_secret(file: Path) -> str:
    """The demo's own secret, whole in its file: a start that was broken off must not spoil the next ones."""
    if not file.exists() or not file.stat().st_size:
        begun = file.with_suffix(".part")
        begun.unlink(missing_ok=True)
        begun.touch(mode=0o600)
        begun.write_text(secrets.token_urlsafe(48))
        begun.replace(file)
    return file.read_text()


def _become_server(environment: dict[str, str], *options: str) -> NoReturn:
    """Hand this process over: the server's first lines must run before anything else is imported."""
    sys.stdout.flush()
    arguments = [sys.executable, "-m", "werkstatt.serve", *options]
    os.execve(sys.executable, arguments, {**os.environ, **environment})  # noqa: S606 -- our own module
