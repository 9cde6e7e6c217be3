"""Hands pages to the program Pagefind and takes back the files of their index, all in memory.

The program is run as a service: base64 of JSON and a comma, in both directions, so that nothing
half written is ever met on a disk. It is spoken to by a client of our own, because Pagefind's own
Python package waits a tenth of a second for each page and hangs for ever when the program dies.
Everything is sent without waiting for answers. Whatever happens, no process is left behind: one
that hangs is stopped, and so is one that is under way when we are.

The program takes no settings here but its arguments: the environment is ours and the working folder
is the one of the program, where it would read a configuration file.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import selectors
import signal
import subprocess
import time
from typing import IO, TYPE_CHECKING, Any, Final

from builder.basics.problems import Location, SearchError, problem

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterable, Iterator
    from pathlib import Path

CHUNK_SIZE: Final = 3_000
"""Postings in one word list; a reader fetches one for each word she looks for."""

_LEAST_TIMEOUT_S: Final = 120.0
_TIMEOUT_PER_PAGE_S: Final = 0.1
"""Pages of 400 words take 0.003 s each on a busy core; a small board is ten times slower."""

_AHEAD: Final = 1 << 18
"""Bytes that are made ready before the program has read them."""

_MOST_ANSWERED: Final = 64 << 20
_MOST_ANSWERED_FOR_A_BYTE: Final = 40
"""More is not the answer to what was sent, and we do not want to hold it."""

_MOST_SAID: Final = 1 << 16
_LOOK_UP_S: Final = 0.2
"""How often somebody's wish to stop is looked for."""

_NONSENSE: Final = (
    "what Pagefind answered makes no sense, so it was cut off or is of another program",
    "`pip install --force-reinstall pagefind-bin` puts the program back; then build again",
)

_OTHERWISE: Final = (
    "the last good index stays as it was; `backfile build --no-search` builds everything else"
)
_PANIC: Final = b"panicked at"
_LAST_WORDS_S: Final = 1.0

_NO_MORE: Final = object()

_ANSI: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_PLACE: Final = Location("pagefind")


def run_service(
    executable: Path,
    pages: Iterable[tuple[str, str]],
    count: int,
    *,
    timeout_s: float | None = None,
    stop: threading.Event | None = None,
    meanwhile: Iterator[object] | None = None,
) -> dict[str, bytes]:
    """Return the files that Pagefind makes of `count` pages: address (with a slash), HTML.

    `stop`, once set by another thread, ends this soon and with an error. Without `timeout_s` two
    minutes are allowed, or a tenth of a second for each page where that is longer. `meanwhile` is
    work in small steps, each done while the program has all that it takes and says nothing.

    Raises:
        SearchError: the program cannot be started, failed, hung or said what makes no sense.
    """
    if timeout_s is None:
        timeout_s = max(_LEAST_TIMEOUT_S, _TIMEOUT_PER_PAGE_S * count)
    try:
        process = subprocess.Popen(
            [str(executable), "--service"],
            cwd=executable.parent,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
    except OSError as error:
        raise failed(
            f"the program Pagefind cannot be started: {(error.strerror or str(error)).lower()}",
            f"see whether {executable.name} in the package pagefind-bin may be executed and is "
            "for this machine; `pip install --force-reinstall pagefind-bin` puts it back",
        ) from error
    deadline = time.monotonic() + timeout_s
    talk = _Talk(process, _messages(pages, count), count + 2, deadline, stop, meanwhile)
    try:
        answers = talk.run()
        if answers is None:
            raise _ended(process, talk.said)
        return _files(answers)
    except TimeoutError as error:
        if talk.is_broken:
            raise failed(f"Pagefind failed{_quote(talk.said)}", _OTHERWISE) from error
        raise failed(
            f"Pagefind was not done after {timeout_s:g} seconds and was stopped{_quote(talk.said)}",
            "see whether the machine is short of memory or very busy, and build again",
        ) from error
    finally:
        _end(process)


class _Talk:
    """One conversation: sends what there is to send, takes what comes, watches the clock."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        messages: Iterator[bytes],
        expected: int,
        deadline: float,
        stop: threading.Event | None,
        meanwhile: Iterator[object] | None,
    ) -> None:
        self._process = process
        self._messages = messages
        self._expected = expected
        self._deadline = deadline
        self._stop = stop
        self._meanwhile = meanwhile
        self._waiting = b""
        self._sent = 0
        self.said = b""
        """What came on the channel for errors."""
        self.is_broken = False
        """Whether one of the program's threads has failed; the others may wait for it for ever."""

    def run(self) -> list[bytes] | None:
        """Return every answer, or None where the program ended before the last one.

        Raises:
            TimeoutError: it is too late, or somebody wants to stop.
        """
        received: list[bytes] = []
        answered = size = 0
        with selectors.DefaultSelector() as channels:
            process = self._process
            assert process.stdin is not None  # noqa: S101 - for mypy: all three are pipes
            assert process.stdout is not None  # noqa: S101
            assert process.stderr is not None  # noqa: S101
            for pipe in (process.stdin, process.stdout, process.stderr):
                os.set_blocking(pipe.fileno(), False)
            channels.register(process.stdin, selectors.EVENT_WRITE)
            channels.register(process.stdout, selectors.EVENT_READ)
            channels.register(process.stderr, selectors.EVENT_READ)
            while answered < self._expected:
                left = self._deadline - time.monotonic()
                if left <= 0 or (self._stop is not None and self._stop.is_set()):
                    raise TimeoutError
                wait_s = min(left, _LOOK_UP_S) if self._meanwhile is None else 0
                ready = channels.select(wait_s)
                if not ready and self._meanwhile is not None:
                    self._step()
                for key, _ in ready:
                    if key.fileobj is process.stdin:
                        if not self._send(process.stdin):
                            channels.unregister(process.stdin)
                        continue
                    data = os.read(key.fd, 1 << 20)
                    if key.fileobj is process.stdout:
                        if not data:
                            return None
                        received.append(data)
                        size += len(data)
                        answered += data.count(b",")
                        if size > _MOST_ANSWERED + _MOST_ANSWERED_FOR_A_BYTE * self._sent:
                            raise failed(*_NONSENSE)
                    elif data:
                        self._listen(data)
                    else:
                        channels.unregister(process.stderr)
        return b"".join(received).split(b",")[: self._expected]

    def _step(self) -> None:
        """Do a little of what else there is to do, while nothing is sent or said."""
        assert self._meanwhile is not None  # noqa: S101 - for mypy: the caller has seen that
        if next(self._meanwhile, _NO_MORE) is _NO_MORE:
            self._meanwhile = None

    def _listen(self, data: bytes) -> None:
        """Keep what is said of errors; after a panic there will be no answer."""
        self.said = (self.said + data)[-_MOST_SAID:]
        if not self.is_broken and _PANIC in self.said:
            self.is_broken = True
            self._deadline = min(self._deadline, time.monotonic() + _LAST_WORDS_S)

    def _send(self, pipe: IO[bytes]) -> bool:
        """Send as much as is taken; return False when there is no more, or nobody to take it."""
        parts = [self._waiting]
        size = len(self._waiting)
        while size < _AHEAD:
            message = next(self._messages, None)
            if message is None:
                break
            parts.append(message)
            size += len(message)
        waiting = b"".join(parts)
        if not waiting:
            return False
        try:
            sent = os.write(pipe.fileno(), waiting)
        except BlockingIOError:
            sent = 0
        except BrokenPipeError:
            return False  # the other channels tell why
        self._waiting = waiting[sent:]
        self._sent += sent
        return True


def _messages(pages: Iterable[tuple[str, str]], count: int) -> Iterator[bytes]:
    """Yield every request: an index, its pages, and the wish for its files."""
    yield _message(0, {"type": "NewIndex", "config": {"keep_index_url": True}})
    sent = 0
    for sent, (url, page) in enumerate(pages, start=1):
        yield _message(sent, {"type": "AddFile", "index_id": 0, "url": url, "file_contents": page})
    if sent != count:
        raise ValueError(f"{sent} pages, not {count}")
    yield _message(count + 1, {"type": "GetFiles", "index_id": 0})


def _message(number: int, payload: dict[str, Any]) -> bytes:
    text = json.dumps({"message_id": number, "payload": payload}, ensure_ascii=False)
    # What is no text (half a surrogate pair) becomes a question mark, as in the page's own bytes.
    return base64.b64encode(text.encode(errors="replace")) + b","


def _files(answers: list[bytes]) -> dict[str, bytes]:
    """Return the files that the last answer holds.

    Raises:
        SearchError: an answer is an error, or none that could be read.
    """
    try:
        for answer in answers:
            told = base64.b64decode(answer, validate=True)
            if b'"type":"Error"' in told[:200]:
                said = json.loads(told)["payload"]
                if said["type"] == "Error":
                    text = " ".join(str(said["message"]).split())[:400]
                    raise failed(
                        f'Pagefind would not take a page or make the index; it says "{text}"',
                        "this may be a fault of Pagefind; `backfile build --no-search` builds "
                        "everything else",
                    )
        files = {
            str(file["path"]).replace("\\", "/"): base64.b64decode(file["content"], validate=True)
            for file in json.loads(told)["payload"]["files"]
        }
    except (ValueError, KeyError, TypeError) as error:
        raise failed(*_NONSENSE) from error
    return files


def _environment() -> dict[str, str]:
    """Return all that Pagefind is told of its surroundings: PAGEFIND_* variables would steer it."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    return {
        "LC_ALL": "C.UTF-8",
        "PATH": os.defpath,
        "PAGEFIND_UNSTABLE_INDEX_CHUNK_SIZE": str(CHUNK_SIZE),
        **kept,
    }


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program and all that it started."""
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError, PermissionError):  # it may be gone by itself
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    process.wait()


def _ended(process: subprocess.Popen[bytes], said: bytes) -> SearchError:
    """Return why a program that should still be there is not."""
    assert process.stderr is not None  # noqa: S101 - for mypy: it is a pipe
    try:
        code: int | None = process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        code = None
    with contextlib.suppress(OSError):
        said += os.read(process.stderr.fileno(), _MOST_SAID) or b""
    if code is None:
        return failed(
            f"Pagefind stopped answering{_quote(said)}", "build again; if it stays, reinstall it"
        )
    if code < 0:
        name = signal.Signals(-code).name
        return failed(
            f"Pagefind was stopped from outside ({name}){_quote(said)}",
            "often there was too little memory: --search-memory bounds what is used at once",
        )
    if code == 0:
        return failed(f"Pagefind ended before it was done{_quote(said)}", _NONSENSE[1])
    return failed(f"Pagefind failed with exit code {code}{_quote(said)}", _OTHERWISE)


def failed(message: str, hint: str) -> SearchError:
    """Return the error that says why there is no index."""
    return SearchError((problem("search-failed", message, _PLACE, hint),))


def _quote(output: bytes) -> str:
    """Return the program's last words, to be put behind a sentence; "" where it said nothing."""
    text = _ANSI.sub("", output.decode(errors="replace"))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith("note: run with")]
    # It says some things once for each of its threads.
    said = " / ".join(list(dict.fromkeys(lines))[-3:])
    said = "".join(letter for letter in said if letter.isprintable())
    return f'; its last words: "{said[-400:]}"' if said else ""
