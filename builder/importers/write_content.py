"""The only writer into content/: an article goes to its file, and to that file alone.

Every file is written whole under another name and then moved into place, so a killed import leaves
no torn file, and the next one goes on where it stopped. Nothing is written through a link that
leads out of content/, and no file is overwritten that an import did not make, or that an editor has
changed since. Imports basics; called by run.py.
"""

from __future__ import annotations

import re
import stat
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from builder.basics.problems import ImportFailed, Location, problem
from builder.basics.slugs import RESERVED, make_slug, slug_fault
from builder.importers.existing import ARTICLES, PARTIAL
from builder.importers.front_matter import article_file, digest_without_mark, notice_file
from builder.importers.report import FoundNotice

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from builder.basics.dates import ArchiveDate
    from builder.importers.existing import Address, Existing, OwnFile
    from builder.importers.record import ImportedArticle, ImportedNotice
    from builder.importers.report import Result, Tally

NOTICES: Final = "content/notices"
FOLDER_MAX: Final = 1_000
"""Stories of a month in one folder; above, each day has its own. Code hosts list no more files."""

_ENDING: Final = re.compile(r"\A---\n.*?^---[ \t]*$", re.DOTALL | re.MULTILINE)
_TITLE: Final = re.compile(r"^title:[ \t]*(.*)$", re.MULTILINE)
_DAY: Final = re.compile(r"^date:[ \t]*['\"]?([0-9]{4}(?:-[0-9]{2}){0,2})", re.MULTILINE)
_UNFIT: Final = re.compile(r"[\x00-\x1f\x7f<>:\"|?*\\]")


def folder_fault(into: str) -> str | None:
    """Return why `into` cannot be a folder below content/articles, or None when it can."""
    for part in into.split("/"):
        if part in {"", ".", ".."}:
            return "has to be a path below content/articles, such as reuters/1987"
        if part.startswith(".") or part.endswith((" ", ".")) or _UNFIT.search(part):
            return f'has a part "{part}" that cannot be a folder on every disk'
        if part.split(".")[0].lower() in RESERVED:
            return f'has a part "{part}", a name that Windows reserves'
        if len(part.encode()) > 120:
            return f'has a part "{part[:20]}…" that is too long'
    return None


class Layout:
    """Decides in which folder below `into` a new story goes: year, month, and day if need be.

    The decision for a month rests on all its stories, those on disk and those of the sources, so
    that it is the same whichever of them came first. A story that has a file keeps it.
    """

    def __init__(self, into: str, months: Counter[tuple[int, int]]) -> None:
        """Take the number of stories of each month."""
        self._into = into
        self._full = {month for month, count in months.items() if count > FOLDER_MAX}

    def folder(self, date: ArchiveDate) -> str:
        """Return the folder of a story, from the archive's root."""
        base = f"{ARTICLES}/{self._into}" if self._into else ARTICLES
        if date.year is None:
            return f"{base}/undated"
        if date.month is None:
            return f"{base}/{date.year:04d}"
        folder = f"{base}/{date.year:04d}/{date.month:02d}"
        if date.day is not None and (date.year, date.month) in self._full:
            return f"{folder}/{date.day:02d}"
        return folder


def months_on_disk(existing: Existing, into: str) -> Counter[tuple[int, int]]:
    """Return how many articles stand in each month below `into` already."""
    start = f"{ARTICLES}/{into}/" if into else f"{ARTICLES}/"
    pattern = re.compile(re.escape(start.lower()) + r"(\d{4})/(\d{2})/(?:\d{2}/)?[^/]+")
    found = (pattern.fullmatch(path) for path in existing.paths)
    return Counter((int(m[1]), int(m[2])) for m in found if m is not None)


class ContentWriter:
    """Puts articles and notices into content/."""

    def __init__(
        self, archive: Path, existing: Existing, tally: Tally, *, main_lang: str, is_dry_run: bool
    ) -> None:
        """Take an archive that has been looked through."""
        self._archive = archive
        self._existing = existing
        self._tally = tally
        self._main_lang = main_lang.lower()
        self._is_dry_run = is_dry_run
        self._content = (archive / "content").resolve()
        self._safe_folders: set[str] = set()
        self._notices: dict[str, str] = {}
        self._read_notices()

    def remove_left_overs(self) -> None:
        """Remove what a killed import left half written."""
        left = list(self._existing.left_over)
        left += [self._archive / folder / PARTIAL for folder in (NOTICES, "content")]
        for path in left:
            if not self._is_dry_run:
                with suppress(OSError):
                    path.unlink(missing_ok=True)

    def put(self, article: ImportedArticle, collection: str, layout: Layout) -> None:
        """Bring an article into content/ and count what came of it."""
        notices = tuple(self._put_notice(notice, article) for notice in article.notices)
        text = article_file(article, collection, notices)
        own = self._existing.stories.get((collection, article.key))
        if own is None and article.sha256 is not None:
            own = self._existing.by_sha256.get(article.sha256)
        if own is not None:
            self._tally.count(self._renew(article, own, text))
            return
        path = self._free_path(article, layout.folder(article.date))
        if path is None:
            self._tally.count("kept")
            return
        self.write(path, text)
        self._tally.count("taken")

    def _renew(self, article: ImportedArticle, own: OwnFile, text: str) -> Result:
        """Bring a file up to date, if its story has changed and nobody has edited it."""
        if not own.digest:
            return "unchanged"  # a file that people wrote about the same original
        if digest_without_mark(text) == own.digest:
            return "unchanged"  # whatever an editor has made of it since
        try:
            current = (self._archive / own.path).read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            return self._keep(article, own.path, "its file cannot be read")
        if digest_without_mark(current) != own.digest:
            reason = "the story changed in its source, but its file was edited here"
            return self._keep(article, own.path, reason)
        if _is_another_story(current, text):
            reason = f'the source has another story now under the id "{article.key}"'
            return self._keep(article, own.path, reason)
        self.write(own.path, text)
        return "updated"

    def _keep(self, article: ImportedArticle, path: str, reason: str) -> Result:
        message = f"{reason}; {path} was left as it is"
        hint = "compare the two; delete the file to have it imported anew"
        self._tally.report(problem("import-conflict", message, article.place, hint))
        return "kept"

    def _free_path(self, article: ImportedArticle, folder: str) -> str | None:
        """Return where a new article goes; None where somebody's own file stands there.

        The address is /year/month/headline-id.html for a story with an id: the same whatever was
        imported before and in whichever order, since one headline in thirty is not unique.
        """
        known = self._existing
        date = article.date
        year = "" if date.year is None else f"{date.year:04d}"
        month = "" if date.month is None else f"{date.month:02d}"
        lang = article.lang or ""
        for slug in _slugs(article):
            address: Address = (lang.lower(), year, month, slug)
            path = f"{folder}/{slug}.md"
            if path.lower() in known.paths and self._is_worthless(path):
                known.paths.discard(path.lower())
            elif article.slug_tail is not None and path.lower() in known.paths:
                reason = "a file stands in its place that bears no mark of this story"
                self._keep(article, path, reason)
                return None
            if path.lower() not in known.paths and not self._is_address_taken(address):
                known.add(path, address)
                return path
        message = f"{article.place}: no free name in {folder}"
        raise AssertionError(message)  # sixty-four digits of a digest were not enough

    def _is_address_taken(self, address: Address) -> bool:
        lang, *rest = address
        year, month, slug = rest
        langs = {"", self._main_lang} if lang in {"", self._main_lang} else {lang}
        return any((one, year, month, slug) in self._existing.addresses for one in langs)

    def _is_worthless(self, path: str) -> bool:
        """Whether a file of no bytes stands there, as a power cut leaves it."""
        try:
            return (self._archive / path).lstat().st_size == 0
        except OSError:
            return False

    def _read_notices(self) -> None:
        """Learn the notices by the digest at the end of their names."""
        folder = self._archive / NOTICES
        if not folder.is_dir():
            return
        for name in sorted(path.name for path in folder.iterdir()):
            if found := re.fullmatch(r"(.*-([0-9a-f]{8}))\.md", name):
                self._notices.setdefault(found[2], found[1])

    def _put_notice(self, notice: ImportedNotice, article: ImportedArticle) -> str:
        """Return the slug of a notice, written where its words are new to the archive."""
        slug = self._notices.get(notice.digest)
        is_new = slug is None
        if slug is None:
            outlet = make_slug(notice.outlet or "", max_length=60)
            slug = "-".join(part for part in (outlet, notice.slug_start, notice.digest) if part)
            self._notices[notice.digest] = slug
            self.write(f"{NOTICES}/{slug}.md", notice_file(notice))
        count = len(notice.lines)
        moved = f"{count} line{'s' if count > 1 else ''} at its end went to {NOTICES}/{slug}.md"
        self._tally.remark(f"{article.place.path}: {moved}")
        self._tally.find_notice(
            FoundNotice(
                place=Location(article.place.path, notice.first_line),
                slug=slug,
                kind=notice.kind,
                line_count=count,
                is_new=is_new,
            )
        )
        return slug

    def write(self, path: str, text: str) -> None:
        """Write a file below content/, whole or not at all.

        Raises:
            ImportFailed: its folder is not in content/, or the system refuses.
        """
        if self._is_dry_run:
            return
        folder, _, name = path.rpartition("/")
        try:
            self._open_folder(folder)
            target = self._archive / folder / name
            partial = target.with_name(PARTIAL)
            partial.write_bytes(text.encode("utf-8"))
            with suppress(FileNotFoundError):
                before = target.lstat().st_mode
                if stat.S_ISREG(before):
                    partial.chmod(stat.S_IMODE(before))
            partial.replace(target)
        except OSError as error:
            message = f"the file cannot be written: {error.strerror or error}"
            found = problem("import-cannot-write", message, Location(path))
            raise ImportFailed((found,)) from error

    def _open_folder(self, folder: str) -> None:
        """Make a folder, and make sure that it is where its name says."""
        if folder in self._safe_folders:
            return
        target = self._archive / folder
        # resolve() follows links as far as the path exists; what does not exist holds none.
        if not target.resolve().is_relative_to(self._content):
            message = "the folder leads out of the archive through a symbolic link"
            raise ImportFailed((problem("outside-archive", message, Location(folder)),))
        target.mkdir(parents=True, exist_ok=True)
        self._safe_folders.add(folder)


def _slugs(article: ImportedArticle) -> Iterable[str]:
    """Give names for an article's file, the best first."""
    stem = article.slug_stem or "story"
    if article.slug_tail is None:
        if slug_fault(stem) is None:
            yield stem
    else:
        yield f"{stem}-{article.slug_tail}"
    yield f"{stem}-{article.key_digest}"
    for number in range(2, 1000):
        yield f"{stem}-{article.key_digest}-{number}"


def _is_another_story(current: str, text: str) -> bool:
    """Whether headline and day both differ: a correction changes one of them at most."""
    heads = [found[0] for one in (current, text) if (found := _ENDING.match(one))]
    if len(heads) != 2:
        return False
    titles, days = (
        [found[1] if (found := pattern.search(head)) else "" for head in heads]
        for pattern in (_TITLE, _DAY)
    )
    return titles[0] != titles[1] and days[0] != days[1]
