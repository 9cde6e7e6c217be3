"""What is timed: Backfile, the site generators of the peers' harness, the floor below a warm build.

All have the face of the harness's own contestants: name, out, clean, version, prepare, build,
rebuild, env.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from benchmarks.stories import import_from, write_archive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from benchmarks.stories import Row

OURS: Final = "ours"
SMALL: Final = "small"
RIVAL: Final = "hugo"
WALK: Final = "walk"
PYTHON: Final = "python"

SETTINGS: Final = "title: News Archive\nbase_url: https://archive.example/\ntaxonomies: [places]\n"
SMALL_SETTINGS: Final = (
    f"{SETTINGS}page_size: 200\nhome_size: 20\ndata: false\nfeeds: {{json: none, history: none}}\n"
)
"""The peers make no tables, and one feed."""
SMALL_TEMPLATES: Final = Path(__file__).parent / "small" / "templates"

WALK_CODE: Final = """\
import os, sys
def walk(folder):
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            walk(entry.path)
        else:
            entry.stat(follow_symlinks=False)
walk(sys.argv[1])
"""


class Contestant(Protocol):
    """A site generator with a way to write the articles as it wants them."""

    @property
    def name(self) -> str:
        """Return what it is called in options and results."""

    @property
    def out(self) -> str:
        """Return where the site is built, below the folder."""

    @property
    def clean(self) -> Sequence[str]:
        """Return what a cold build does not find."""

    def version(self) -> str:
        """Return name and version."""

    def prepare(self, rows: list[Row], site: Path) -> list[Path]:
        """Write everything but the output into the empty folder; return the articles' files."""

    def build(self, site: Path) -> list[str]:
        """Return the command of a cold build, without search."""

    def rebuild(self, site: Path, edited: Path) -> list[str]:
        """Return the command of a build after an edit, without search."""

    def count(self, site: Path) -> int:
        """Return how many articles have a page."""

    def page(self, site: Path, article: Path) -> Path:
        """Return the page of an article, given its file."""

    def env(self) -> Mapping[str, str]:
        """Return what is added to the environment."""


class Ours:
    """Backfile, with its own templates or others."""

    out = "site"
    clean = ("site", ".backfile")

    def __init__(
        self,
        program: Path,
        markdown: Callable[[Row], str],
        *,
        jobs: int | None = None,
        is_small: bool = False,
    ) -> None:
        """Take the console script and how a body is written."""
        self.name = SMALL if is_small else OURS
        self._program = program
        self._markdown = markdown
        self._jobs = [] if jobs is None else ["--jobs", str(jobs)]

    def version(self) -> str:
        return first_line(self._program, "--version")

    def prepare(self, rows: list[Row], site: Path) -> list[Path]:
        settings = SMALL_SETTINGS if self.name == SMALL else SETTINGS
        if self.name == SMALL:
            shutil.copytree(SMALL_TEMPLATES, site / "templates")
        return write_archive(rows, site, self._markdown, settings)

    def build(self, site: Path) -> list[str]:
        return [*self.build_with_search(site), "--no-search"]

    def rebuild(self, site: Path, edited: Path) -> list[str]:
        return self.build(site)

    def build_with_search(self, site: Path) -> list[str]:
        return [str(self._program), "-C", str(site), "build", *self._jobs]

    def help(self) -> list[str]:
        return [str(self._program), "--help"]

    def count(self, site: Path) -> int:
        # Days have two digits; slugs here are longer.
        return sum(len(path.stem) > 2 for path in (site / self.out).glob("[12]*/*/*.html"))

    def page(self, site: Path, article: Path) -> Path:
        below = article.relative_to(site / "content" / "articles")
        return site / self.out / below.with_suffix(".html")

    def env(self) -> Mapping[str, str]:
        return {}


class Peer:
    """A contestant of the harness."""

    def __init__(self, theirs: Any) -> None:  # noqa: ANN401 - a class of the harness
        """Take the harness's own object."""
        self._theirs = theirs
        self.name: str = theirs.name
        self.out: str = theirs.out
        self.clean: Sequence[str] = theirs.clean

    def version(self) -> str:
        return str(self._theirs.version())

    def prepare(self, rows: list[Row], site: Path) -> list[Path]:
        return list(self._theirs.prepare(rows, site))

    def build(self, site: Path) -> list[str]:
        return [str(word) for word in self._theirs.build(site)]

    def rebuild(self, site: Path, edited: Path) -> list[str]:
        return [str(word) for word in self._theirs.rebuild(site, edited)]

    def count(self, site: Path) -> int:
        return sum(1 for _ in (site / self.out).glob("[12]*/*/*/index.html"))

    def page(self, site: Path, article: Path) -> Path:
        return next((site / self.out).glob(f"*/*/{article.stem}/index.html"))

    def env(self) -> Mapping[str, str]:
        return dict(self._theirs.env())


def open_peers(harness: Path | None, tools: Path, names: Iterable[str]) -> dict[str, Peer | str]:
    """Return each peer by its name, or the reason why it is absent."""
    if harness is None:
        return dict.fromkeys(names, "the harness is not there")
    theirs = import_from(harness, "contestants").load_all(tools.resolve())
    found: dict[str, Peer | str] = {}
    for name in names:
        if name not in theirs:
            found[name] = f"the harness knows {', '.join(sorted(theirs))}"
            continue
        peer = Peer(theirs[name])
        try:
            peer.version()
        except (OSError, StopIteration, IndexError):
            found[name] = f"it is not installed in the peers' folder {tools.name}/"
        else:
            found[name] = peer
    return found


def walk_command(folder: Path) -> list[str]:
    """Return what no incremental build can undercut: Python starts and looks at every file."""
    return [sys.executable, "-c", WALK_CODE, str(folder)]


def python_command() -> list[str]:
    return [sys.executable, "-c", "pass"]


def pagefind_command(site: Path) -> list[str]:
    """Return the command that indexes a peer's output, with the program that we use ourselves."""
    return [str(_pagefind()), "--site", str(site)]


def pagefind_version() -> str:
    return first_line(_pagefind(), "--version")


def _pagefind() -> Path:
    spec = importlib.util.find_spec("pagefind_bin")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("pagefind-bin is not installed; `make env` does that")
    return Path(spec.submodule_search_locations[0]) / "pagefind"


def first_line(*command: str | Path) -> str:
    """Return the first line that a command prints."""
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=True
    )
    return (done.stdout or done.stderr).strip().splitlines()[0]
