"""Run one command and print its exit code, wall, CPU and peak memory as a line of JSON.

    python -I -S timer.py LIMIT_S SAMPLE_S COMMAND...

It is a process of its own, and a small one, because a process begins with the peak memory of the
one that started it. With SAMPLE_S above zero it adds up, that often, the memory of every
process below it: the proportional set size (PSS, `smaps_rollup`; a page that n processes share
counts 1/n in each), so that forked workers are not counted twice and the page cache not at all.
Reading that takes time from what is measured, so runs that are timed are not sampled. `beside_mib`
is the same while a program of that name was running among them.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import resource

PR_SET_CHILD_SUBREAPER = 36
LINGER_S = 5.0
"""How long helpers of the command may outlive it before they are killed."""


def main() -> None:
    """Run the command of the arguments."""
    limit_s, sample_s, command = float(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
    adopt_orphans()
    start = time.perf_counter()
    child = os.posix_spawnp(
        command[0], command, os.environ, setsid=True, file_actions=[(os.POSIX_SPAWN_DUP2, 2, 1)]
    )
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(child, signal.SIGKILL))
    signal.setitimer(signal.ITIMER_REAL, limit_s)
    together_kib, samples = 0, 0
    beside_kib: dict[str, int] = {}
    if sample_s:
        while True:
            pid, status, usage = os.wait4(child, os.WNOHANG)
            if pid:
                break
            running = descendants(os.getpid())
            sum_kib = sum(map(pss_kib, running))
            together_kib = max(together_kib, sum_kib)
            for name in {read(f"/proc/{pid}/comm").decode(errors="replace") for pid in running}:
                beside_kib[name.strip()] = max(beside_kib.get(name.strip(), 0), sum_kib)
            samples += 1
            time.sleep(sample_s)
    else:
        _, status, usage = os.wait4(child, 0)
    wall_s = time.perf_counter() - start
    signal.setitimer(signal.ITIMER_REAL, 0)
    user_s, system_s, largest_kib = usage.ru_utime, usage.ru_stime, usage.ru_maxrss
    for late in rest(child):
        user_s, system_s = user_s + late.ru_utime, system_s + late.ru_stime
        largest_kib = max(largest_kib, late.ru_maxrss)
    result = {
        "code": os.waitstatus_to_exitcode(status),
        "wall_s": wall_s,
        "user_s": user_s,
        "system_s": system_s,
        "cpu_s": user_s + system_s,
        "largest_mib": largest_kib / 1024,
        "sampled_mib": together_kib / 1024,
        "beside_mib": {name: kib / 1024 for name, kib in beside_kib.items()},
        "samples": samples,
    }
    print(json.dumps(result))


def adopt_orphans() -> None:
    """Let processes whose parent ends become ours, so that none leaves the tree uncounted."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    except (OSError, AttributeError):
        return  # not Linux


def rest(child: int) -> list[resource.struct_rusage]:
    """Wait for what the command left running; return what it used."""
    found: list[resource.struct_rusage] = []
    deadline = time.monotonic() + LINGER_S
    while True:
        try:
            pid, _, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return found
        if pid:
            found.append(usage)
        elif time.monotonic() > deadline:
            try:
                os.killpg(child, signal.SIGKILL)
            except ProcessLookupError:
                return found
            deadline += LINGER_S
        else:
            time.sleep(0.005)


def descendants(root: int) -> list[int]:
    """Return every process below `root`, without itself."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):  # noqa: PTH208 - quick, for it is done twenty times a second
        if name.isdigit():
            # "1234 (the name) S 1 ...": the name may hold anything, so look from its end.
            stat = read(f"/proc/{name}/stat").rpartition(b") ")[2].split()
            if stat:
                children.setdefault(int(stat[1]), []).append(int(name))
    found: list[int] = []
    waiting = children.get(root, [])
    while waiting:
        found += waiting
        waiting = [pid for parent in waiting for pid in children.get(parent, [])]
    return found


def pss_kib(pid: int) -> int:
    """Return a process's proportional set size; 0 when it has just ended or we may not know."""
    for line in read(f"/proc/{pid}/smaps_rollup").splitlines():
        if line.startswith(b"Pss:"):
            return int(line.split()[1])
    return 0


def read(path: str) -> bytes:
    """Return a file of /proc, empty when its process is gone."""
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""


if __name__ == "__main__":
    main()
