"""One ordered map over processes, which ends when its caller does.

The caller's memory is there in every worker (fork), so what is large is handed on by being there,
and only what is small travels. With one job nothing is started and the plain `map` does the same.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVar, cast

from builder.basics.problems import Location, WorkerError, problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor, Future, ProcessPoolExecutor

In = TypeVar("In")
Out = TypeVar("Out")

_AHEAD: Final = 3
"""Chunks for each worker that are under way or done and not yet asked for."""

_KEPT: Final = 16
"""Chunks for each worker that may be done before one that is under way."""


def chunks(items: Sequence[In], jobs: int, *, least: int, most: int) -> list[Sequence[In]]:
    """Return `items` in runs of `least` to `most`, eight for each worker where they are enough."""
    size = min(most, max(least, -(-len(items) // (8 * jobs))))
    return [items[start : start + size] for start in range(0, len(items), size)]


def spread(runs: Sequence[In], jobs: int) -> list[In]:
    """Return `runs` in an order in which those under way together lie far apart.

    Workers that make files in one folder at once wait for one another: the kernel lets one in at a
    time. So each begins in another part of the list and goes on from there.
    """
    part = -(-len(runs) // jobs)
    return [runs[place] for step in range(part) for place in range(step, len(runs), part)]


def ordered_map(
    function: Callable[[In], Out],
    items: Sequence[In],
    jobs: int,
    *,
    with_caller: bool = False,
    meanwhile: Callable[[], None] | None = None,
    executor: Callable[[int], Executor] | None = None,
) -> Iterator[Out]:
    """Yield `function(item)` for each item, in order.

    `jobs` processes do it, those of the pool; `with_caller`: this one is among them, where results
    are small, for it takes them in between two pieces of work. That spares a process, and the
    memory that it would copy. What `function` closes over is not sent to the others: they are
    forked from here. `executor` makes another kind of pool, for which both then have to be
    picklable. `meanwhile` is called here once the others have enough to do; not at all where the
    work is done here.

    Raises:
        WorkerError: a worker was killed (worker-died).
    """
    if jobs == 1 or len(items) < 2:
        yield from map(function, items)
        return
    others = min(jobs, len(items)) - with_caller
    here = function if with_caller else None
    if executor is None:
        yield from _forked_map(function, items, others, here, meanwhile)
        return
    with executor(others) as pool:
        yield from _in_order(pool, function, items, others, here, meanwhile)


_inherited: list[Callable[[object], object]] = []
"""What the pool that is being made shall do; a worker finds it in its copy of our memory."""


def _forked_map(
    function: Callable[[In], Out],
    items: Sequence[In],
    others: int,
    here: Callable[[In], Out] | None,
    meanwhile: Callable[[], None] | None,
) -> Iterator[Out]:
    import gc  # noqa: PLC0415 - only a large build comes here
    import multiprocessing  # noqa: PLC0415
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415

    gc.freeze()  # or every worker's collector would copy all pages by marking what is on them
    lifeline, held = os.pipe()
    _inherited.append(function)  # type: ignore[arg-type] # In and Out are the caller's own
    pool = ProcessPoolExecutor(
        others,
        mp_context=multiprocessing.get_context("fork"),
        initializer=_begin_worker,
        initargs=(lifeline, held),
    )
    is_done = False
    try:
        with _interrupts_wait():
            pool.submit(int)  # starts all of it
        work = cast("Callable[[In], Out]", _run_inherited)
        yield from _in_order(pool, work, items, others, here, meanwhile)
        is_done = True
    except BrokenProcessPool as error:
        message = "one of the processes that share the work was ended from outside"
        hint = "often there was too little memory; --jobs 1 takes less"
        raise WorkerError((problem("worker-died", message, Location("content"), hint),)) from error
    finally:
        with _interrupts_wait():
            if not is_done:
                _abandon(pool)
            pool.shutdown(cancel_futures=True)
        _inherited.pop()
        os.close(lifeline)
        os.close(held)
        gc.unfreeze()


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Keep a Ctrl-C until the end of this.

    A pool that is half started can be neither used nor ended, and a worker that has just begun
    would tell of it as of a fault.
    """
    usual = signal.getsignal(signal.SIGINT)
    if usual is None or threading.current_thread() is not threading.main_thread():
        yield  # it comes elsewhere, or what would then be done is not known
        return
    came: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
        if came:
            signal.raise_signal(signal.SIGINT)


def _abandon(pool: ProcessPoolExecutor) -> None:
    """End the workers: after an error or Ctrl-C what is under way is not waited for.

    One of them may be in the midst of telling a result. Whoever takes it would wait for the rest
    forever, since this process has the writing end open as well; so that is closed.
    """
    # There is no public way to either.
    for process in list((pool._processes or {}).values()):  # noqa: SLF001
        process.kill()
    pool._result_queue._writer.close()  # type: ignore[attr-defined] # noqa: SLF001


def _in_order(
    pool: Executor,
    function: Callable[[In], Out],
    items: Sequence[In],
    others: int,
    here: Callable[[In], Out] | None,
    meanwhile: Callable[[], None] | None,
) -> Iterator[Out]:
    """Yield results in order while no more than a few chunks wait, so that memory stays bounded.

    `here`: what does the same in this process, which then waits for none that it can do itself.
    """
    rest = iter(items)
    under_way: deque[Future[Out]] = deque()
    while True:
        busy = [future for future in under_way if not future.done()] if here else under_way
        for item in islice(rest, max(others * _AHEAD - len(busy), 0)):
            under_way.append(pool.submit(function, item))
        if meanwhile is not None:
            meanwhile()
            meanwhile = None
        if not under_way:
            return
        if here and not under_way[0].done() and len(under_way) < _KEPT * others:
            mine = [_done(here, item) for item in islice(rest, 1)]
            under_way.extend(mine)
            if mine:
                continue
        yield under_way.popleft().result()


def _done(function: Callable[[In], Out], item: In) -> Future[Out]:
    """Do it now; an error is raised in its turn, as those of the others are."""
    from concurrent.futures import Future  # noqa: PLC0415

    found: Future[Out] = Future()
    try:
        found.set_result(function(item))
    except Exception as error:
        found.set_exception(error)
    return found


def _begin_worker(lifeline: int, held: int) -> None:
    """Leave Ctrl-C to the caller, and end when the caller is no more, however it ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.close(held)

    def watch() -> None:
        os.read(lifeline, 1)  # returns when the last writing end is closed: the caller's
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _run_inherited(item: object) -> object:
    return _inherited[-1](item)
