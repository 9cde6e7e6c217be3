"""How many processor cores there are for us. Imports next to nothing: asked before all else."""

import os


def usable_cores() -> int:
    """Return how many cores this process may use: what taskset(1) or a container leaves of them."""
    usable = getattr(os, "sched_getaffinity", None)
    return os.cpu_count() or 1 if usable is None else len(usable(0))
