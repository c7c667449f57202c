"""What a browser downloads: the built files, raw and as they travel."""

from __future__ import annotations

import gzip
import json

from bench.rows import Row, row
from werkstatt.paths import DIST


def measure(*, quick: bool) -> list[Row]:  # noqa: ARG001 -- there is nothing to shorten
    """The entries of the manifest; fonts and icons that CSS names come on top and are counted apart."""
    manifest: dict[str, str] = json.loads((DIST / "manifest.json").read_text())
    rows = []
    for source, built in sorted(manifest.items()):
        content = (DIST / built).read_bytes()
        kind = source.rpartition(".")[2]
        rows.append(row(f"bundle_{kind}", len(content) / 1024, "kB", note=source))
        rows.append(row(f"bundle_{kind}_gzip", len(gzip.compress(content, 9)) / 1024, "kB", note="gzip -9"))
    fonts = [path.stat().st_size for path in DIST.iterdir() if path.suffix in (".woff", ".woff2")]
    rows.append(row("bundle_fonts", sum(fonts) / 1024, "kB", note=f"{len(fonts)} files, fetched as needed"))
    return rows
