"""What the benchmark ran on, without the machine's name or anyone's folders."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path


def describe(folder: Path) -> dict[str, str]:
    """Return what matters of the machine; `folder` is where the sites are built."""
    cpuinfo = _text("/proc/cpuinfo")
    model = re.search(r"^model name\s*:\s*(.+)$", cpuinfo, re.MULTILINE)
    memory = re.search(r"^MemTotal:\s+(\d+) kB", _text("/proc/meminfo"), re.MULTILINE)
    flags = re.search(r"^flags\s*:(.*)$", cpuinfo, re.MULTILINE)
    is_virtual = flags is not None and " hypervisor" in flags[1]
    return {
        "processor": model[1].strip() if model else platform.machine(),
        "cores": f"{len(os.sched_getaffinity(0))}" + (", of a virtual machine" * is_virtual),
        "memory": f"{int(memory[1]) / 1024**2:.1f} GiB" if memory else "not known",
        "kernel": f"{platform.system()} {platform.release()}",
        "file system": _file_system(folder),
        "Python": platform.python_version(),
    }


def _file_system(folder: Path) -> str:
    """Return the kind of file system of a folder: that of the longest mount point above it."""
    place = str(folder.resolve())
    best, kind = "", "not known"
    for line in _text("/proc/self/mounts").splitlines():
        _, point, name, *_ = line.split()
        is_above = point in {"/", place} or place.startswith(f"{point}/")
        if is_above and len(point) >= len(best):
            best, kind = point, name
    return kind


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
