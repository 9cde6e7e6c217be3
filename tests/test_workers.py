"""The ordered map over processes: order, errors, and workers whose caller is gone."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from builder.basics.problems import Location, TemplateError, WorkerError, problem
from builder.build import build
from builder.whole import Made
from builder.workers import chunks, ordered_map
from tests.archives import ROOT, request, run_backfile, write_archive
from tests.waiting import PATIENCE_S, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from builder.rendering import Renderer


def test_chunks_hold_everything_once_and_in_order() -> None:
    for count in (0, 1, 31, 32, 33, 500, 10_000):
        cut = chunks(range(count), 2, least=32, most=256)
        assert [n for run in cut for n in run] == list(range(count))
        assert all(len(run) <= 256 for run in cut)


@pytest.mark.parametrize("with_caller", [False, True])
@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_results_come_in_order_whoever_is_first(jobs: int, *, with_caller: bool) -> None:
    def slow_first(n: int) -> tuple[int, int]:
        time.sleep(0.02 if n % 5 == 0 else 0)
        return n * n, os.getpid()

    done = list(ordered_map(slow_first, range(40), jobs, with_caller=with_caller))
    assert [square for square, _ in done] == [n * n for n in range(40)]
    workers = {pid for _, pid in done}
    assert (os.getpid() in workers) == (jobs == 1 or with_caller)
    assert (len(workers) > 1) == (jobs > 1)
    assert len(workers) <= jobs


@pytest.mark.parametrize("with_caller", [False, True])
def test_another_executor_can_take_its_place(*, with_caller: bool) -> None:
    done = ordered_map(str, range(9), 2, with_caller=with_caller, executor=ThreadPoolExecutor)
    assert list(done) == list("012345678")


def test_few_results_wait_for_one_that_is_slow() -> None:
    def slow_elsewhere(n: int) -> int:
        if os.getpid() != caller:
            time.sleep(0.3)
        return n

    caller, asked = os.getpid(), []

    class Numbers(list[int]):
        def __iter__(self) -> Iterator[int]:
            for n in range(len(self)):
                asked.append(n)
                yield n

    done = ordered_map(slow_elsewhere, Numbers(range(1000)), 2, with_caller=True)
    assert next(done) == 0
    assert 3 < len(asked) < 50
    done.close()  # type: ignore[attr-defined] # it is a generator


@pytest.mark.parametrize(("jobs", "with_caller"), [(1, False), (2, False), (2, True)])
def test_an_error_of_the_work_reaches_the_caller_with_its_problems(
    jobs: int, *, with_caller: bool
) -> None:
    found = problem("template-error", "it is wrong", Location("templates/a.html", 3))

    def fail_late(n: int) -> int:
        if n == 7:
            raise TemplateError((found,))
        return n

    with pytest.raises(TemplateError) as caught:
        list(ordered_map(fail_late, range(20), jobs, with_caller=with_caller))
    assert caught.value.problems == (found,)


def test_of_several_errors_the_first_in_order_is_told() -> None:
    def fail(n: int) -> int:
        if n == 0:
            time.sleep(0.2)
        found = problem("template-error", f"{n} is wrong", Location("templates/a.html", n + 1))
        raise TemplateError((found,))

    with pytest.raises(TemplateError, match="0 is wrong"):
        list(ordered_map(fail, range(20), 2, with_caller=True))


@pytest.mark.parametrize("with_caller", [False, True])
def test_a_worker_that_is_killed_is_a_problem_and_no_traceback(*, with_caller: bool) -> None:
    caller = os.getpid()

    def die(n: int) -> int:
        if os.getpid() != caller:
            os.kill(os.getpid(), signal.SIGKILL)
        return n

    with pytest.raises(WorkerError) as caught:
        list(ordered_map(die, range(8), 2, with_caller=with_caller))
    assert [found.code for found in caught.value.problems] == ["worker-died"]


def test_results_that_are_half_told_are_not_waited_for() -> None:
    program = (
        "import itertools\n"
        "from builder.workers import ordered_map\n"
        "for _ in range(20):\n"
        "    list(itertools.islice(ordered_map(lambda n: bytes(20_000_000), range(9), 3), 1))\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=PATIENCE_S, cwd=ROOT)


def test_interrupted_at_any_moment_it_ends_and_says_nothing() -> None:
    program = """
import os, random, signal, threading
from builder.workers import ordered_map
chance = random.Random(1)
for _ in range(80):
    soon = threading.Timer(chance.random() * 0.015, os.kill, (os.getpid(), signal.SIGINT))
    try:
        soon.start()
        list(ordered_map(bytes, range(60), 2))
        signal.pause()
    except KeyboardInterrupt:
        print("interrupted", flush=True)
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE_S, check=False, cwd=ROOT
    )
    assert done.stderr == ""
    assert done.stdout.split() == ["interrupted"] * 80


def test_workers_end_when_their_caller_is_killed() -> None:
    program = (
        "import os, time\n"
        "from builder.workers import ordered_map\n"
        "def work(n):\n    os.write(1, b'%d\\n' % os.getpid())\n    time.sleep(600)\n"
        "list(ordered_map(work, [1, 2], 2))\n"
    )
    caller = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert caller.stdout is not None
    workers = [int(caller.stdout.readline()) for _ in range(2)]
    assert len(set(workers) - {caller.pid}) == 2
    caller.kill()
    caller.wait()
    # The pipe's last writers are the workers: its end is theirs.
    until(lambda: not any(_is_running(pid) for pid in workers))
    caller.stdout.close()


def _is_running(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:  # noqa: PTH123
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_process_that_goes_on_is_rid_of_what_a_build_made(tmp_path: Path) -> None:
    story = "---\ntitle: A\ndate: 1987\n---\nText.\n"
    root = write_archive(tmp_path, {"content/articles/a.md": story})
    frozen = gc.get_freeze_count()

    def renderer(jobs: int) -> weakref.ref[Renderer]:
        made = build(request(root)._replace(jobs=jobs, is_clean=True)).made
        assert isinstance(made, Made)
        assert made.plan is not None, "let go for an index alone"
        return weakref.ref(made.plan.renderer)

    alive = [renderer(jobs) for jobs in (1, 2)]
    gc.collect()
    assert [found() for found in alive] == [None, None]
    assert gc.get_freeze_count() <= frozen


@pytest.mark.parametrize("jobs", [1, 2])
def test_of_large_texts_few_are_held_together(jobs: int, tmp_path: Path) -> None:
    body = "word " * 500_000
    story = f"---\ntitle: A\ndate: 1987\n---\n{body}\n"
    # As many small ones as it takes to begin other processes.
    files = {f"content/articles/small-{n}.md": story.replace(body, "x") for n in range(260)}
    files |= {f"content/articles/large-{n}.md": story for n in range(30)}
    root = write_archive(tmp_path, {"content/archive.yaml": "title: T\n", **files})
    report = tmp_path / "report.json"
    ballast = b"x" * (150 << 20)  # what starts a build has no part in what that takes
    done = run_backfile("-C", root, "build", "--no-search", "--jobs", str(jobs), "--report", report)
    assert done.returncode == 0, done.stderr
    del ballast
    peak = json.loads(report.read_bytes())["peak_memory"]
    assert max(peak.values()) < 120 << 20
