"""The theme: the package's own, with an archive's overrides file by file."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from builder.basics.digests import short_digest
from builder.disk.walk import UNSETTLED_NS, mark_of, unsettled_mark
from builder.model.output import Output

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from builder.model.settings import Accent, Settings

_STEMMED_AS: Final = {"nb": "no", "nn": "no"}


def default_theme() -> Path:
    """Return the folder of the theme: inside an installed package, beside it in a checkout."""
    inside = Path(__file__).parent.parent / "theme"
    return inside if inside.is_dir() else Path(__file__).parent.parent.parent / "templates"


def theme_files(folders: Iterable[Path], below: str) -> dict[str, Path]:
    """Return the files of a theme's folder by name, the first folder's before the next one's."""
    found: dict[str, Path] = {}
    for folder in folders:
        place = folder / below
        if not place.is_dir():
            continue
        for path in sorted(place.iterdir()):
            if path.is_file() and not path.name.startswith("."):
                found.setdefault(path.name, path)
    return dict(sorted(found.items()))


def static_outputs(
    folders: Sequence[Path], settings: Settings
) -> tuple[dict[str, str], tuple[Output, ...]]:
    """Return the theme's assets: name to address, and the files, named by what they hold.

    An accent of the archive's own is put at the end of site.css, so that it wins and the page asks
    for one sheet. What no page uses is left out.

    `static/stemmers/` has a script for each language that search can stem; those of the archive's
    own languages alone are published.
    """
    urls: dict[str, str] = {}
    outputs: list[Output] = []
    spoken = {tag.lower().partition("-")[0] for tag in settings.languages}
    stemmers = {f"{_STEMMED_AS.get(tag, tag)}.js" for tag in spoken}
    files = theme_files(folders, "static") | {
        f"stemmers/{name}": path
        for name, path in theme_files(folders, "static/stemmers").items()
        if name in stemmers
    }
    for name, path in files.items():
        if name == "support.js" and settings.support is None:
            continue
        content = path.read_bytes()
        if name == "site.css" and settings.theme.accent is not None:
            content += _accent_rules(settings.theme.accent).encode()
        stem, dot, suffix = name.rpartition(".")
        url = f"static/{stem}-{short_digest(content)}{dot}{suffix}"
        urls[name] = url
        outputs.append(Output(url, content))
    return urls, tuple(outputs)


def _accent_rules(accent: Accent) -> str:
    # On paper links are black, as the sheet's own rules for print have it.
    return (
        f"\n@media screen {{\n  :root {{\n    --accent: {accent.light};\n  }}\n}}\n"
        "\n@media screen and (prefers-color-scheme: dark) {\n"
        f"  :root {{\n    --accent: {accent.dark};\n  }}\n}}\n"
    )


def theme_marks(folders: Iterable[Path], begun_at_ns: int) -> list[tuple[str, bytes]]:
    """Return each file of the theme with a mark, another one when it was touched in any way.

    One that changed shortly before `begun_at_ns` has a mark that no later one is equal to.
    """
    found: list[tuple[str, bytes]] = []
    for folder in folders:
        waiting = [str(folder)]
        while waiting:
            here = waiting.pop()
            try:
                entries = sorted(os.scandir(here), key=lambda entry: entry.name)
            except OSError:
                continue
            for entry in entries:
                if entry.is_dir():
                    waiting.append(entry.path)
                    continue
                with suppress(OSError):
                    stat = entry.stat()
                    mark = mark_of(stat)
                    if max(stat.st_mtime_ns, stat.st_ctime_ns) >= begun_at_ns - UNSETTLED_NS:
                        mark = unsettled_mark(begun_at_ns)
                    found.append((entry.path, mark))
    return found


def theme_digest(folders: Iterable[Path]) -> bytes:
    """Return the digest of every file of the theme, and of which folder it is in."""
    total = hashlib.sha256()
    for number, folder in enumerate(folders):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                total.update(f"{number} {path.relative_to(folder).as_posix()} {content}\n".encode())
    return total.digest()
