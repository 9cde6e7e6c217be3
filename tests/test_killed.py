"""Killed, crowded out, out of room, locked out: the site stays whole, the next build is clean.

The command runs as a user runs it, in a process group of its own, and is killed for real. A disk
that is full or read-only is one: a small tmpfs, a file or folder made immutable.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.archives import NOW, ROOT, tree
from tests.edits import SMALL, Desk
from tests.newswire import newswire
from tests.test_warm import (
    HAS_JOBS,
    IN_MEMORY,
    Options,
    attempt,
    clean_build,
    differences,
    told,
)
from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

GROUP: Final = "BACKFILE_TEST_GROUP"
"""Set in the environment of what a test starts, and so of all that this starts in turn."""
ENVIRONMENT: Final = {
    **os.environ,
    "PYTHONPATH": str(ROOT),
    "SOURCE_DATE_EPOCH": str(int(NOW.timestamp())),
}
ON_OTHER_DISK: Final = Path("/dev/shm")


# -- running the command -----------------------------------------------------------------------


def command(
    desk: Desk, *, jobs: int = 1, search: bool = False, out: Path | None = None
) -> list[str]:
    """Return the command that builds an archive."""
    words = [sys.executable, "-m", "builder", "-C", str(desk.root), "build"]
    words += [] if search else ["--no-search"]
    words += ["--jobs", str(jobs)] if HAS_JOBS else []
    return words + ([] if out is None else ["--out", str(out)])


def finished(words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Return what a command said and did, run to its end."""
    return subprocess.run(
        words, capture_output=True, text=True, encoding="utf-8", check=False, env=ENVIRONMENT
    )


class Running:
    """The command in a process group of its own."""

    def __init__(self, words: Sequence[str]) -> None:
        """Start it."""
        self.mark = uuid.uuid4().hex
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            words,
            env={**ENVIRONMENT, GROUP: self.mark},
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def wait_until(self, seconds: float, happens: Callable[[], bool] = lambda: False) -> None:
        """Wait until so long after the start, or until something happens, or the end."""
        while time.monotonic() < self.began + seconds:
            if self.process.poll() is not None or happens():
                return
            time.sleep(0.0005)

    def end_by(self, number: signal.Signals, *, alone: bool = False) -> None:
        """Send a signal to the whole group, or to the one that leads it."""
        with contextlib.suppress(ProcessLookupError):
            (os.kill if alone else os.killpg)(self.process.pid, number)

    def last_words(self) -> str:
        """Return what it wrote on standard error, once it has ended."""
        said = self.process.communicate(timeout=PATIENCE_S)[1]
        return said.decode()

    def left_behind(self) -> list[str]:
        """Return the processes of its making that are still there after a while."""
        until = time.monotonic() + PATIENCE_S
        while found := self._others():
            if time.monotonic() > until:
                return found
            time.sleep(0.05)
        return []

    def _others(self) -> list[str]:
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdecimal():
                with contextlib.suppress(OSError):
                    if f"{GROUP}={self.mark}".encode() in (folder / "environ").read_bytes():
                        found.append((folder / "cmdline").read_bytes().decode(errors="replace"))
        return found


# -- killed ------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class State:
    """The sources of an archive at one time, and the site that a clean build makes of them."""

    files: Mapping[str, bytes]
    site: Mapping[str, bytes]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A way of building, and how often it is killed."""

    name: str
    jobs: int
    times: int
    is_cold: bool = False
    search: bool = False
    is_on_other_disk: bool = False


CASES: Final = (
    Case(name="cold", jobs=1, is_cold=True, times=22),
    Case(name="cold", jobs=2, is_cold=True, times=22),
    Case(name="warm", jobs=1, times=22),
    Case(name="warm", jobs=2, times=22),
    Case(name="other-disk", jobs=2, is_on_other_disk=True, times=7),
    Case(name="with-search", jobs=2, search=True, times=5),
)
"""A hundred times in all."""
LEAST_MIDWAY: Final = 2
"""Of the times in each case: while the files of the new site take the places of the last one's."""

WIRE: Final = newswire(100, people=20, topics=15, places=10) | {
    f"content/articles/drafts/{n}.md": f"---\ntitle: {n}\ndate: 1990\nstatus: draft\n---\nText.\n"
    for n in range(160)
}
"""Texts and pages of which there are just enough for other processes to read and to make some."""


class Ground:
    """An archive that goes round through three states: few pages change, many, all.

    It lies in memory, but in one case: a process that is killed leaves there what it would on a
    disk, which is not what is cut off.
    """

    def __init__(self, folder: Path, case: Case) -> None:
        """Make the archive and clean sites of all its states."""
        self.case = case
        self.desk = Desk(folder / "archive", WIRE)
        self.out = self.desk.root / "site"
        if case.is_on_other_disk:
            self.out = Path(tempfile.mkdtemp(dir=ON_OTHER_DISK, prefix="backfile-out-")) / "site"
        changes: tuple[Callable[[], None], ...] = (lambda: None, self._edit, self._rename)
        self.states = tuple(self._state(change) for change in changes)
        self.turn = len(self.states) - 1
        self.next_state()

    def _state(self, change: Callable[[], None]) -> State:
        change()
        files = self.desk.contents()
        clean = clean_build(files, Options(search=self.case.search))
        assert clean.counts is not None, clean.told
        return State(dict(files), clean.site)

    def _edit(self) -> None:
        found = self.desk.markdown("articles")
        for path in found[:40:2]:
            self.desk.set(path, title="Put right")
        for path in found[1:40:4]:
            self.desk.remove(path)
        self._add("new")

    def _rename(self) -> None:
        self.desk.set_setting("title", "Another newswire")
        for path in self.desk.markdown("articles/new"):
            self.desk.remove(path)
        self._add("newer")

    def _add(self, folder: str) -> None:
        """Add articles that no other state has, all over the years."""
        for n in range(8):
            date = f"{1994 + 4 * n}-0{n + 1}-03"
            text = f"---\ntitle: {folder} {n}\ndate: {date}\n---\nIt is {folder}.\n"
            self.desk.write(f"content/articles/{folder}/{folder}-{n}.md", text)

    def next_state(self, step: int = 1) -> tuple[State, State]:
        """Change the sources to those of another state; return the state before and this one."""
        before = self.states[self.turn % len(self.states)]
        self.turn += step
        now = self.states[self.turn % len(self.states)]
        for path in before.files.keys() - now.files.keys():
            self.desk.remove(path)
        for path, content in now.files.items():
            if before.files.get(path) != content:
                self.desk.write(path, content)
        return before, now

    def command(self, jobs: int) -> list[str]:
        """Return the command that builds this archive."""
        return command(self.desk, jobs=jobs, search=self.case.search, out=self.out)

    def build(self, jobs: int) -> float:
        """Build as it has to be possible at any time; return the seconds that the command took."""
        start = time.monotonic()
        made = finished(self.command(jobs))
        took_s = time.monotonic() - start
        assert made.returncode == 0, made.stderr
        wanted = self.states[self.turn % len(self.states)].site
        assert differences(tree(self.out), wanted) == ""
        if self.case.search:
            checked = finished([sys.executable, "-m", "builder", "verify", str(self.out)])
            assert checked.returncode == 0, checked.stderr
        return took_s

    def is_locked(self) -> bool:
        """Return whether a build holds its lock, without touching the lock."""
        lock = self.desk.root / ".backfile/lock"
        try:
            inode = f":{lock.stat().st_ino} "
        except FileNotFoundError:
            return False
        return any(inode in line for line in Path("/proc/locks").read_text("ascii").splitlines())

    def shown(self) -> dict[str, bytes]:
        """Return what stands in the output.

        On a disk of its own a hidden folder may hold what is not yet in its place.
        """
        site = tree(self.out) if self.out.exists() else {}
        if self.case.is_on_other_disk:
            return {path: data for path, data in site.items() if not path.startswith(".")}
        return site

    def begins(self) -> Callable[[], bool]:
        """Return a question: has the output begun to change?

        The folder of the output itself has as soon as a build tries where it may make new files.
        """
        folders = [path for path in self.out.rglob("*") if path.is_dir()]

        def time_of(folder: Path) -> int:
            try:
                return folder.stat().st_mtime_ns
            except FileNotFoundError:
                return 0

        def look() -> list[int]:
            shown = self.out.glob("[!.]*") if self.out.is_dir() else ()
            return [len(list(shown)), *map(time_of, folders)]

        before = look()
        return lambda: look() != before


@pytest.fixture
def ground(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ground]:
    """An archive for one case, and nothing of it left afterwards."""
    case: Case = request.param
    if case.is_on_other_disk and (
        not ON_OTHER_DISK.is_dir() or ON_OTHER_DISK.stat().st_dev == tmp_path.stat().st_dev
    ):
        pytest.skip(f"{ON_OTHER_DISK} is no disk of its own")
    with tempfile.TemporaryDirectory(prefix="backfile-killed-", dir=IN_MEMORY) as folder:
        made = Ground(tmp_path if case.is_on_other_disk else Path(folder), case)
        yield made
        if case.is_on_other_disk:
            shutil.rmtree(made.out.parent)


def assert_whole(site: Mapping[str, bytes], before: Mapping[str, bytes], now: State) -> None:
    """Make sure that each file is one of the last site or one of the next, and none is missing."""
    for path, content in site.items():
        whole = [state[path] for state in (before, now.site) if path in state]
        assert whole, f"{path} belongs to no site"
        assert content in whole, f"{path} is torn: {len(content)} bytes"
    missing = before.keys() & now.site.keys() - site.keys()
    assert not missing, f"gone though they belong to both sites: {sorted(missing)[:5]}"


@pytest.mark.parametrize(
    "ground", CASES, ids=[f"{case.name}-jobs-{case.jobs}" for case in CASES], indirect=True
)
def test_killed_at_any_instant_the_site_is_whole_and_the_next_build_is_clean(
    ground: Ground,
) -> None:
    case, state = ground.case, ground.desk.root / ".backfile"
    chance = random.Random(f"{case.name} {case.jobs}")
    ground.build(case.jobs)
    durations = []
    for _ in range(len(ground.states)):
        ground.next_state()
        if case.is_cold:
            shutil.rmtree(state)
        durations.append(ground.build(case.jobs))
    killed = midway = number = 0
    changing_s = 0.02
    while killed < case.times or midway < LEAST_MIDWAY:
        assert number < 5 * case.times + 50, f"{killed} of {number} killed, {midway} midway"
        number += 1
        _, now = ground.next_state()
        if case.is_cold:
            shutil.rmtree(state)
        if case.is_cold and number % 3 == 0:
            shutil.rmtree(ground.out)
        before = ground.shown()
        turn = ground.turn % len(durations)
        is_changing = killed >= case.times or chance.random() < 0.5
        begins = ground.begins()
        running = Running(ground.command(case.jobs))
        if is_changing:
            # The output changes for a short part of a build; chance alone would seldom hit it.
            running.wait_until(PATIENCE_S, begins)
            time.sleep(chance.uniform(0, changing_s))
        else:
            running.wait_until(durations[turn] * (killed + chance.random()) / case.times)
        running.end_by(signal.SIGKILL)
        running.last_words()
        assert running.left_behind() == []
        site = ground.shown()
        assert_whole(site, before, now)
        killed += running.process.returncode == -signal.SIGKILL
        midway += site not in (before, now.site)
        # The machine may be quicker than it was, or than ours.
        if is_changing and site == now.site:
            changing_s *= 0.8
        elif running.process.returncode == 0:
            durations[turn] *= 0.8
        if number % 2:
            # What the killed build was to show is not wanted any more.
            ground.next_state(-1)
        ground.build(1 + number % 3 % 2)


ALONE: Final = Case(name="alone", jobs=2, is_cold=True, times=6)


@pytest.mark.parametrize("ground", [ALONE], ids=["jobs-2"], indirect=True)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_when_the_first_process_alone_is_ended_the_others_end_and_block_nothing(
    ground: Ground, number: signal.Signals
) -> None:
    chance = random.Random(number)
    ground.build(2)
    ground.next_state()
    shutil.rmtree(ground.desk.root / ".backfile")
    long = ground.build(2)
    for instant in range(ALONE.times):
        _, now = ground.next_state()
        shutil.rmtree(ground.desk.root / ".backfile")
        before = ground.shown()
        running = Running(ground.command(2))
        running.wait_until(long * (instant + chance.random()) / ALONE.times)
        running.end_by(number, alone=True)
        running.process.wait(timeout=PATIENCE_S)
        ground.build(2)
        assert running.left_behind() == []
        running.last_words()
        assert differences(ground.shown(), now.site) == ""
        assert before.keys() & now.site.keys() <= ground.shown().keys()


@pytest.mark.parametrize("ground", [ALONE], ids=["jobs-2"], indirect=True)
def test_interrupted_it_says_so_in_one_line_and_leaves_the_site(ground: Ground) -> None:
    ground.build(2)
    shutil.rmtree(ground.desk.root / ".backfile")
    long = ground.build(2)
    interrupted = 0
    for part in (0.0, 0.3, 0.5, 0.7, 0.85):
        _, now = ground.next_state()
        shutil.rmtree(ground.desk.root / ".backfile")
        before = ground.shown()
        running = Running(ground.command(2))
        running.wait_until(PATIENCE_S, ground.is_locked)
        running.wait_until(long * part)
        running.end_by(signal.SIGINT)
        said = running.last_words()
        assert "Traceback" not in said
        if running.process.returncode != 0:
            interrupted += 1
            assert running.process.returncode == 130
            assert said.count("\n") == 1
            assert "interrupted" in said
        assert running.left_behind() == []
        assert_whole(ground.shown(), before, now)
        ground.build(2)
    assert interrupted, "all builds had ended before they were interrupted"


# -- two at once -------------------------------------------------------------------------------


def stopped_while_locked(ground: Ground, jobs: int) -> tuple[dict[str, bytes], State, Running]:
    """Return the site as it was, the state that is to be shown, and a build that stands still."""
    while True:
        _, now = ground.next_state()
        before = ground.shown()
        running = Running(ground.command(jobs))
        running.wait_until(PATIENCE_S, ground.is_locked)
        running.end_by(signal.SIGSTOP)
        if ground.is_locked():
            return before, now, running
        running.end_by(signal.SIGCONT)  # it was done before it was seen to begin
        running.last_words()


@pytest.mark.parametrize("ground", [ALONE], ids=["jobs-2"], indirect=True)
def test_of_two_builds_at_once_the_second_says_so_and_does_not_disturb_the_first(
    ground: Ground,
) -> None:
    if not Path("/proc/locks").exists():
        pytest.skip("the kernel does not tell of its locks")
    ground.build(1)
    for jobs in (1, 2):
        before, now, first = stopped_while_locked(ground, jobs)
        try:
            second = finished(ground.command(jobs))
            assert second.returncode == 1
            assert "error[output-busy]" in second.stderr
            assert "Traceback" not in second.stderr
            assert_whole(ground.shown(), before, now)
        finally:
            os.killpg(first.process.pid, signal.SIGCONT)
        said = first.last_words()
        assert first.process.returncode == 0, said
        assert differences(ground.shown(), now.site) == ""
        ground.build(1)


# -- no room, no right -------------------------------------------------------------------------

PAGE: Final = 4096
NO_ROOM: Final = "no space left|disk is full"
ROOMY: Final = 64 * 1024 * 1024


def need_root() -> None:
    """Skip where disks cannot be mounted."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a disk")


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Callable[[int], None]]:
    """Mount a disk of its own on a folder; yield what sets its size in bytes."""
    need_root()
    folder.mkdir(parents=True, exist_ok=True)
    words = ["mount", "-t", "tmpfs", "-o", f"size={ROOMY}", "tmpfs", str(folder)]
    mounted = finished(words)
    if mounted.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")

    def resize(size: int) -> None:
        done = finished(["mount", "-o", f"remount,size={size}", str(folder)])
        assert done.returncode == 0, done.stderr

    try:
        yield resize
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextlib.contextmanager
def mounted_on_itself(folder: Path, *, read_only: bool = False) -> Iterator[None]:
    """Make a folder a mount of its own on the same disk, as containers have; read-only if asked."""
    need_root()
    bound = finished(["mount", "--bind", str(folder), str(folder)])
    if bound.returncode != 0:
        pytest.skip(f"no folder can be mounted here: {bound.stderr.strip()}")
    try:
        if read_only:
            subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextlib.contextmanager
def immutable(path: Path) -> Iterator[None]:
    """Make a file or folder one that nobody can change, root neither."""
    if os.geteuid() == 0:
        done = finished(["chattr", "+i", str(path)]) if shutil.which("chattr") else None
        if done is None or done.returncode != 0:
            pytest.skip("files cannot be made immutable here")
        try:
            yield
        finally:
            subprocess.run(["chattr", "-i", str(path)], check=True)
    elif path.is_dir():
        path.chmod(0o555)
        try:
            yield
        finally:
            path.chmod(0o755)
    else:
        pytest.skip("who owns a folder may replace any file in it")


def edit_all(desk: Desk) -> None:
    """Change every page, and make the site larger than it was."""
    desk.set_setting("title", "Two rivers in flood")
    desk.set_setting("description", "Longer than before. " * 60)
    for n in range(30):
        text = f"---\ntitle: More {n}\ndate: 2024-02-{1 + n % 29:02d}\n---\n" + _noise(n) + "\n"
        desk.write(f"content/articles/more-{n}.md", text)


def _noise(seed: int) -> str:
    """Return 40 kB of words that no packing makes much smaller."""
    return random.Random(seed).randbytes(20_000).hex(" ", 8)


def assert_refused(
    made: subprocess.CompletedProcess[str], code: str, place: str, cause: str
) -> None:
    """Make sure that a build said in plain words what keeps it from writing, and where."""
    assert "Traceback" not in made.stderr, made.stderr
    assert made.returncode == 1, made.stderr
    told = [line for line in made.stderr.splitlines() if f"error[{code}]" in line]
    assert len(told) == 1, made.stderr
    assert told[0].startswith(place), told[0]
    assert re.search(cause, told[0], re.IGNORECASE), told[0]
    assert "Errno" not in made.stderr


def desk_with_site(tmp_path: Path) -> Desk:
    """Return a small archive; its folder is not built yet."""
    return Desk(tmp_path / "archive", SMALL)


def built_well(desk: Desk, jobs: int = 1) -> None:
    """Build, and make sure that it went well."""
    made = attempt(desk.root, Options(), jobs=jobs)
    assert made.result is not None, told(made.problems)


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("pages_free", [0, 3, 40, 100])
@pytest.mark.parametrize("folder", ["site", ".backfile"])
def test_a_full_disk_is_said_plainly_and_leaves_the_last_site(
    folder: str, pages_free: int, jobs: int, tmp_path: Path
) -> None:
    desk = desk_with_site(tmp_path)
    with small_disk(desk.root / folder) as resize:
        built_well(desk)
        before = desk.site()
        disk = os.statvfs(desk.root / folder)
        resize((disk.f_blocks - disk.f_bfree + pages_free) * PAGE)
        edit_all(desk)
        refused = finished(command(desk, jobs=jobs))
        assert differences(desk.site(), before) == ""
        assert_refused(refused, "output-blocked", folder, NO_ROOM)
        resize(ROOMY)
        built_well(desk)
        assert differences(desk.site(), clean_build(desk.contents(), Options()).site) == ""


def test_a_disk_with_no_room_at_all_is_said_plainly_by_the_first_build(tmp_path: Path) -> None:
    desk = desk_with_site(tmp_path)
    with small_disk(desk.root / ".backfile") as resize:
        resize(PAGE)
        refused = finished(command(desk))
        assert_refused(refused, "output-blocked", ".backfile", NO_ROOM)
        resize(ROOMY)
        built_well(desk)
        assert differences(desk.site(), clean_build(desk.contents(), Options()).site) == ""


@pytest.mark.parametrize("place", ["index.html", "2025/05/flood.html", "2025/05", "manifest.json"])
def test_a_file_or_folder_that_cannot_be_written_is_named_and_the_last_site_stays(
    place: str, tmp_path: Path
) -> None:
    desk = desk_with_site(tmp_path)
    built_well(desk)
    before = desk.site()
    edit_all(desk)
    with immutable(desk.root / "site" / place):
        refused = finished(command(desk))
        assert differences(desk.site(), before) == ""
        assert_refused(refused, "output-blocked", f"site/{place}", "not permitted")
    built_well(desk)
    assert differences(desk.site(), clean_build(desk.contents(), Options()).site) == ""


def test_a_page_that_cannot_be_removed_is_named_and_the_last_site_stays(tmp_path: Path) -> None:
    desk = desk_with_site(tmp_path)
    built_well(desk)
    before = desk.site()
    desk.relink("content/articles/2025/flood.md", None)
    desk.remove("content/articles/2025/flood.md")
    with immutable(desk.root / "site/2025/05/flood.html"):
        refused = finished(command(desk))
        assert differences(desk.site(), before) == ""
        assert_refused(refused, "output-blocked", "site/2025/05/flood.html", "not permitted")
    built_well(desk)
    assert differences(desk.site(), clean_build(desk.contents(), Options()).site) == ""


@pytest.mark.parametrize("folder", ["site", ".backfile"])
@pytest.mark.parametrize("is_first", [False, True])
def test_a_read_only_disk_is_said_plainly_and_leaves_the_last_site(
    folder: str, tmp_path: Path, *, is_first: bool
) -> None:
    desk = desk_with_site(tmp_path)
    if not is_first:
        built_well(desk)
        edit_all(desk)
    (desk.root / folder).mkdir(exist_ok=True)
    before = desk.site()
    with mounted_on_itself(desk.root / folder, read_only=True):
        refused = finished(command(desk))
        assert differences(desk.site(), before) == ""
        assert_refused(refused, "output-blocked", folder, "read-only")
    built_well(desk)
    assert differences(desk.site(), clean_build(desk.contents(), Options()).site) == ""


@pytest.mark.parametrize("folder", ["site", ".backfile"])
def test_a_folder_mounted_from_the_same_disk_is_written_to_as_any_other(
    folder: str, tmp_path: Path
) -> None:
    desk = desk_with_site(tmp_path)
    (desk.root / folder).mkdir()
    with mounted_on_itself(desk.root / folder):
        built_well(desk)
        edit_all(desk)
        built_well(desk)
        assert differences(desk.site(), clean_build(desk.contents(), Options()).site) == ""
