"""The ordered map over processes: order, errors, and workers whose caller is gone."""

from __future__ import annotations

import gc
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
from tests.archives import ROOT, request, write_archive

if TYPE_CHECKING:
    from pathlib import Path

    from builder.rendering import Renderer


def test_chunks_hold_everything_once_and_in_order() -> None:
    for count in (0, 1, 31, 32, 33, 500, 10_000):
        cut = chunks(range(count), 2, least=32, most=256)
        assert [n for run in cut for n in run] == list(range(count))
        assert all(len(run) <= 256 for run in cut)


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_results_come_in_order_whoever_is_first(jobs: int) -> None:
    def slow_first(n: int) -> tuple[int, int]:
        time.sleep(0.02 if n % 5 == 0 else 0)
        return n * n, os.getpid()

    done = list(ordered_map(slow_first, range(40), jobs))
    assert [square for square, _ in done] == [n * n for n in range(40)]
    assert (len({pid for _, pid in done} - {os.getpid()}) > 1) == (jobs > 1)


def test_another_executor_can_take_its_place() -> None:
    assert list(ordered_map(str, range(9), 2, executor=ThreadPoolExecutor)) == list("012345678")


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_of_the_work_reaches_the_caller_with_its_problems(jobs: int) -> None:
    found = problem("template-error", "it is wrong", Location("templates/a.html", 3))

    def fail_late(n: int) -> int:
        if n == 7:
            raise TemplateError((found,))
        return n

    with pytest.raises(TemplateError) as caught:
        list(ordered_map(fail_late, range(20), jobs))
    assert caught.value.problems == (found,)


def test_a_worker_that_is_killed_is_a_problem_and_no_traceback() -> None:
    def die(n: int) -> int:
        if n == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return n

    with pytest.raises(WorkerError) as caught:
        list(ordered_map(die, range(8), 2))
    assert [found.code for found in caught.value.problems] == ["worker-died"]


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
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and any(_is_running(pid) for pid in workers):
        time.sleep(0.05)
    assert not [pid for pid in workers if _is_running(pid)]
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
