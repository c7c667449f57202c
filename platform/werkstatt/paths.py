"""Where the files that are not Python lie, in a checkout and in an installed wheel."""

from pathlib import Path

HERE = Path(__file__).resolve().parent


def _static() -> Path:
    """Inside this package in a wheel; in a checkout the folder beside it."""
    inside = HERE / "static"
    return inside if inside.is_dir() else HERE.parent / "static"


STATIC = _static()
DIST = STATIC / "dist"
TEMPLATES = HERE / "templates"
MIGRATIONS = HERE / "migrations"
TRANSLATIONS = HERE / "translations"
