"""Makes shards with the Pagefind program, several at a time as far as memory goes.

Called by `builder.indexing`, which decides what is made.
"""

from __future__ import annotations

import hashlib
import platform
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from builder.basics.languages import is_without_spaces
from builder.basics.problems import Location, SearchError, problem
from builder.search.assets import KNOWN_VERSIONS
from builder.search.budget import estimate
from builder.search.canonical import MadeShard, canonicalise
from builder.search.formats import DamagedError, read_fragment, unpack
from builder.search.scripts import as_script
from builder.search.service import failed, run_service
from builder.search.signs import has_spelled_signs, spell_signs
from builder.search.trim import has_mark, has_words, trim
from builder.search.verify import COUNT_HINT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from concurrent.futures import Future

    from builder.basics.problems import Problem
    from builder.search.shards import Page, Shard

PACKED_FOLDERS: Final = ("index/", "filter/", "fragment/")
"""What becomes scripts where a page has to work from a disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchReport:
    """What was indexed."""

    pages: Mapping[str, int]
    """By language tag, as the caller wrote it; languages without a page are left out."""
    shards: int
    made: int
    """Shards that were indexed anew; the others stand as they were."""
    files: int
    size_bytes: int
    seconds: float
    problems: tuple[Problem, ...] = ()
    """Warnings."""

    @property
    def is_built(self) -> bool:
        """Whether there is an index; without a page to search there is none, and no file."""
        return bool(self.pages)


class Program(NamedTuple):
    """A Pagefind program on this machine."""

    path: Path
    package: str = "pagefind-bin"
    """That it came with."""

    @property
    def is_known(self) -> bool:
        """Whether its word lists can be taken apart, to be bound: it is of a version we know."""
        return _is_known(self.package)

    @property
    def mark(self) -> str:
        """What tells it from another version of it."""
        try:
            stat = self.path.stat()
        except OSError:
            return str(self.path)
        return f"{self.path} {stat.st_size} {stat.st_mtime_ns}"


def find_program(lang: str = "", *, is_extended: bool | None = None) -> Program:
    """Return the program for a language.

    For Chinese and Japanese it is the extended one: where it is installed (None), in any case
    (True), or not (False).

    Raises:
        SearchError: the package, or the program in it, is absent on this machine.
    """
    if is_extended is not False and is_without_spaces(lang):
        found = _extended()
        if found is not None:
            return Program(found, "pagefind-bin-extended")
        if is_extended:
            raise failed(
                "content/archive.yaml asks for the extended Pagefind (search.cjk), which is not "
                "installed",
                'install it with `pip install "backfile[cjk]"`',
            )
    try:
        import pagefind_bin  # type: ignore[import-untyped] # noqa: PLC0415

        return Program(Path(pagefind_bin.get_executable()).absolute())
    except (ImportError, FileNotFoundError) as error:
        machine = f"{platform.system()} on {platform.machine()}"
        raise failed(
            f"the program Pagefind, which makes the search index, is not installed ({machine})",
            "install it with `pip install --force-reinstall pagefind-bin`; where no version for "
            "this machine exists, `backfile build --no-search` builds everything else",
        ) from error


@cache
def _is_known(package: str) -> bool:
    # Slow to load, and where a text alone was edited nobody asks.
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

    try:
        return version(package) in KNOWN_VERSIONS
    except PackageNotFoundError:
        return False  # put there by hand


def has_extended() -> bool:
    """Return whether the extended program is installed."""
    return _extended() is not None


def _extended() -> Path | None:
    try:
        import pagefind_bin_extended  # type: ignore[import-not-found] # noqa: PLC0415

        return Path(pagefind_bin_extended.get_executable()).absolute()
    except (ImportError, FileNotFoundError):
        return None


def make_shard(
    shard: Shard,
    read: Callable[[Page], str],
    *,
    program: Program | None = None,
    timeout_s: float | None = None,
    stop: threading.Event | None = None,
    meanwhile: Iterator[object] | None = None,
) -> MadeShard:
    """Return a shard's files, indexed, verified and the same on every run.

    `meanwhile` is work in small steps, which are done while Pagefind works, or then.

    Raises:
        SearchError: with problems `search-failed`.
    """
    program = program or find_program(shard.lang)
    texts: list[bytes] = []
    is_spelled = program.is_known and has_spelled_signs(shard.lang)

    def pages() -> Iterator[tuple[str, str]]:
        for page in shard.pages:
            text = read(page)
            if not has_mark(text):
                raise SearchError((_unmarked(page),))
            text = trim(text)
            texts.append(_digest(text))
            yield f"/{page.url}", spell_signs(text) if is_spelled else text

    answer = run_service(
        program.path,
        pages(),
        len(shard.pages),
        timeout_s=timeout_s,
        stop=stop,
        meanwhile=meanwhile,
    )
    for _ in meanwhile or ():
        pass  # Pagefind was quicker
    made = canonicalise(_with_words(shard, answer, read), answer, is_known=program.is_known)
    return replace(made, texts=tuple(texts))


def text_digest(page: str) -> bytes:
    """Return a digest of what of a page comes into the index: the same for the same index."""
    return _digest(trim(page))


def _digest(text: str) -> bytes:
    data = text.encode(errors="replace")
    return hashlib.blake2b(data, digest_size=16).digest()


def _unmarked(page: Page) -> Problem:
    message = "this page does not say what of it is to be found: nothing in it is marked"
    return problem("search-failed", message, Location(page.url), COUNT_HINT)


def _with_words(shard: Shard, answer: Mapping[str, bytes], read: Callable[[Page], str]) -> Shard:
    """Return a shard without the pages that hold no word: Pagefind takes them, and drops them."""
    count = sum(name.startswith("fragment/") for name in answer)
    if count >= len(shard.pages):
        return shard
    held: set[str] = set()
    for name, content in answer.items():
        if name.startswith("fragment/"):
            with suppress(DamagedError):  # to be found again, and told
                held.add(read_fragment(unpack(content))[0])
    pages = tuple(page for page in shard.pages if f"/{page.url}" in held or has_words(read(page)))
    return shard._replace(pages=pages)


def make_shards(
    shards: Sequence[Shard],
    read: Callable[[Page], str],
    *,
    jobs: int,
    memory_bytes: int,
    programs: Mapping[str, Program] | None = None,
    timeout_s: float | None = None,
    meanwhile: Iterator[object] | None = None,
) -> Iterator[tuple[Shard, MadeShard]]:
    """Yield these shards as they are made, up to `jobs` at a time, in the order of their ends.

    Together they take no more than `memory_bytes` by our estimate; one that alone takes more is
    made alone. `read` is called from several threads. `meanwhile` is work in small steps that is
    done while Pagefind works; where there is one shard alone, for else the cores are busy.

    Raises:
        SearchError: with problems `search-failed`; what is under way is stopped.
    """
    known = programs or {}

    def make(
        shard: Shard,
        *,
        stop: threading.Event | None = None,
        meanwhile: Iterator[object] | None = None,
    ) -> MadeShard:
        program = known.get(shard.lang)
        return make_shard(
            shard, read, program=program, timeout_s=timeout_s, stop=stop, meanwhile=meanwhile
        )

    if len(shards) < 2 or jobs == 1:
        for shard in shards:
            yield shard, make(shard, meanwhile=meanwhile if len(shards) < 2 else None)
        return
    from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait  # noqa: PLC0415

    stop = threading.Event()
    waiting = list(reversed(shards))
    under_way: dict[Future[MadeShard], Shard] = {}
    with ThreadPoolExecutor(jobs) as pool:

        def begin() -> None:
            taken = sum(map(estimate, under_way.values()))
            while waiting and len(under_way) < jobs:
                taken += estimate(waiting[-1])
                if under_way and taken > memory_bytes:
                    break
                shard = waiting.pop()
                under_way[pool.submit(make, shard, stop=stop)] = shard

        try:
            begin()
            while under_way:
                done, _ = wait(under_way, return_when=FIRST_COMPLETED)
                made = [(under_way.pop(one), one) for one in done]
                del done
                begin()  # while the caller binds what is made, which takes its time
                made.sort(key=lambda one: one[0].path, reverse=True)
                while made:
                    shard, future = made.pop()
                    yield shard, future.result()
                    del future
        finally:
            stop.set()


def shard_files(shard: Shard, made: MadeShard, *, is_scripts: bool) -> Iterator[tuple[str, bytes]]:
    """Yield a shard's files as they stand in the site, by path below `pagefind/`."""
    for name, content in made.files.items():
        path = f"{shard.path}/{name}"
        if is_scripts and name.startswith(PACKED_FOLDERS):
            yield f"{path}.js", as_script(path, content)
        else:
            yield path, content
