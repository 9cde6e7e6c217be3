"""What stands in content/articles already: which files an import made, and which names are taken.

A file of ours is known by the mark in its front matter, not by its name or folder: editors move and
rename files, and a second import must still find them. Imports basics; called by run.py and
write_content.py.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ARTICLES: Final = "content/articles"
PARTIAL: Final = ".import-partial"
"""The one name under which a file is written before it is moved to its place. What a killed import
left of it is removed by the next."""
_HEAD_MAX: Final = 256 * 1024

# Our own form of the mark (front_matter.article_file), and one that an editor or a tool has set
# anew over several lines.
_MARK: Final = re.compile(
    r"^[ \t]+(?:\"import\"|import):[ \t]*(?:(\{[^\n]*\})|((?:\n[ \t]+[^\n]*){1,6}))", re.MULTILINE
)
_SHA256: Final = re.compile(r"\bsha256:[ \t]*['\"]?([0-9a-f]{64})\b")
_SLUG: Final = re.compile(r"^slug:[ \t]*['\"]?([a-z0-9._-]+)", re.MULTILINE)
_DATE: Final = re.compile(r"^date:[ \t]*['\"]?(\d{4})(?:-(\d{2}))?", re.MULTILINE)
_LANG: Final = re.compile(r"^lang:[ \t]*['\"]?([A-Za-z-]+)", re.MULTILINE)
_NAME: Final = re.compile(r"(?:(\d{4})-(\d{2})-\d{2}-)?([^.]+)(?:\..*)?")

Address = tuple[str, str, str, str]
"""Language, year, month, slug: what the usual permalink is made of. "" where not known."""


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file that an import made."""

    path: str
    """Posix, from the archive's root."""
    digest: str
    """Of the file as it was written."""


class Existing:
    """The articles of an archive, as far as an import has to know them."""

    def __init__(self) -> None:
        """Start with none."""
        self.stories: dict[tuple[str, str], OwnFile] = {}
        """By collection and key."""
        self.by_sha256: dict[str, OwnFile] = {}
        """By the digest of the original bytes that an article names; the digest may be ""."""
        self.addresses: dict[Address, str] = {}
        self.paths: set[str] = set()
        """In small letters: on some disks Flood.md and flood.md are one file."""
        self.left_over: list[Path] = []
        """Partial files of an import that was killed."""

    def add(self, path: str, address: Address) -> None:
        """Remember an article."""
        self.paths.add(path.lower())
        self.addresses.setdefault(address, path)


def scan(archive: Path) -> Existing:
    """Return what stands in the archive; reads the head of every article once."""
    existing = Existing()
    root = archive / ARTICLES
    for path in _walk(root):
        relative = f"{ARTICLES}/{path.relative_to(root).as_posix()}"
        if path.name == PARTIAL:
            existing.left_over.append(path)
        elif path.suffix.lower() == ".md" and path.is_symlink():
            existing.paths.add(relative.lower())
        elif path.suffix.lower() == ".md":
            _read(path, relative, existing)
    return existing


def _walk(folder: Path) -> Iterator[Path]:
    """Give all files below a folder in a fixed order; a linked folder is not entered."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(folder / entry.name)
        else:
            yield folder / entry.name


def _read(path: Path, relative: str, existing: Existing) -> None:
    head = _head(path)
    if head is None:
        existing.paths.add(relative.lower())
        return
    existing.add(relative, _address(path.name, head))
    own: OwnFile | None = None
    if "import:" in head or '"import":' in head:
        mark = _MARK.search(head)
        text = "" if mark is None else mark[1] or mark[2]
        collection, key, digest = (_value(name, text) for name in ("from", "id", "digest"))
        if collection is not None and key is not None:
            own = OwnFile(relative, digest or "")
            existing.stories.setdefault((collection, key), own)
    if "sha256:" in head and (found := _SHA256.search(head)):
        existing.by_sha256.setdefault(found[1], own or OwnFile(relative, ""))


def _head(path: Path) -> str | None:
    """Return the front matter; None where the file has none, is empty or cannot be read."""
    try:
        with path.open("rb") as stream:
            data = stream.read(8 * 1024)
            if data and b"\n---" not in data[3:]:
                data += stream.read(_HEAD_MAX)
    except OSError:
        return None
    if not data:
        return None
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    end = text.find("\n---", 3)
    return text if end < 0 else text[: end + 1]


def _address(name: str, head: str) -> Address:
    named = _NAME.fullmatch(name)
    slug, date, lang = _SLUG.search(head), _DATE.search(head), _LANG.search(head)
    year, month = (date[1], date[2] or "") if date else ("", "")
    if named is not None and not year:
        year, month = named[1] or "", named[2] or ""
    stem = slug[1] if slug else named[3] if named else ""
    return (lang[1].lower() if lang else "", year, month, stem.lower())


def _value(name: str, text: str) -> str | None:
    """Return a value of the mark, whether it is plain or quoted."""
    single, double, plain = r"'((?:[^']|'')*)'", r'("(?:[^"\\]|\\.)*")', r"([^\s,}'\"][^,}\n]*)"
    pattern = rf"\b{name}\"?:[ \t]*(?:{single}|{double}|{plain})"
    found = re.search(pattern, text)
    if found is None:
        return None
    if found[1] is not None:
        return found[1].replace("''", "'")
    if found[2] is not None:
        try:
            return str(json.loads(found[2].replace("\\x", "\\u00")))
        except ValueError:
            return None
    return found[3].strip()
