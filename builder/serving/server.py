"""The preview over HTTP, for the browsers of this machine alone.

Bound to 127.0.0.1, and answering only to that name and `localhost`, so that no page elsewhere can
reach it by a name of its own that leads here (DNS rebinding). It reads, and nothing can be sent to
it: GET and HEAD. What may be served is listed; no path of the disk is made of an address.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import signal
import socket
from contextlib import asynccontextmanager, contextmanager, suppress
from hashlib import sha256
from pathlib import Path, PurePosixPath
from time import perf_counter
from typing import TYPE_CHECKING, Final, NamedTuple

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from uvicorn.server import HANDLED_SIGNALS

from builder.basics.problems import BuilderError, UsageError
from builder.disk.texts import SourceLines
from builder.images import NoImageError, NotResizedError
from builder.imaging import copy_of, published
from builder.model.pictures import IMAGE_TYPES
from builder.scrub import DamagedError
from builder.serving.injection import bare_page, with_script
from builder.serving.preview import Preview, as_problem
from builder.serving.watch import watch
from builder.showing import excerpt

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
    from types import FrameType

    from starlette.requests import Request

    from builder.basics.problems import Problem
    from builder.request import BuildRequest

HOST: Final = "127.0.0.1"
PORT: Final = 8000
PORTS: Final = 20
"""How many are tried where the first is taken."""

MOST_PROBLEMS: Final = 60
"""Problems that are shown over a page, errors first; the command line shows all."""

MOST_AT_ONCE: Final = 16 << 20
"""Bytes of a file that is sent from memory; larger ones are read bit by bit, as films want it."""

_BEAT_S: Final = 15.0

_EMPTY_STEP_S: Final = 0.02
_EMPTY_STEPS: Final = 10
"""So long, and so often, a file that was touched and is empty is looked at again."""

_GRACE_S: Final = 0.25
"""For so long the rest of a change waits for the page that somebody looks at to be fetched."""

_SHUTDOWN_S: Final = 2

_HEADERS: Final = {
    "Cache-Control": "no-store",
    # Pages of other sites may not embed what is not published yet, nor load it as a picture.
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
    "xml": "application/xml",
    "wasm": "application/wasm",
    "avif": "image/avif",
    "csv": "text/csv; charset=utf-8",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "ogg": "audio/ogg",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "webm": "video/webm",
    "webp": "image/webp",
    "woff2": "font/woff2",
}


class Listener(NamedTuple):
    """Who wants to be told what goes on."""

    is_ready: Callable[[str], None]
    """Called with the address of the preview."""
    is_shown: Callable[[Sequence[Problem], float], None]
    """Called with the problems and the seconds that it took, whenever the archive was read."""
    polls: Callable[[], None]
    """Called when changes can only be found by looking again and again."""


def serve(
    request: BuildRequest, port: int, clock: Callable[[], dt.datetime], listener: Listener
) -> None:
    """Show the archive until the process is interrupted.

    Raises:
        BuilderError: the folder is no archive.
        KeyboardInterrupt: that is how it ends.
        UsageError: no port is free.
    """
    sock = listen(port)
    preview = Preview(request, clock)
    try:
        start = perf_counter()
        preview.begin()
        problems = preview.state.problems
        if preview.state.plan is None and any(p.code == "not-an-archive" for p in problems):
            raise BuilderError(problems)
        listener.is_shown(problems, perf_counter() - start)
        site = PreviewServer(preview, request, listener)
        config = uvicorn.Config(
            site.application(),
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_SHUTDOWN_S,
        )
        server = _Server(config, site.end)
        site.on_failure = server.give_up
        with server.hearing_signals():
            listener.is_ready(f"http://{HOST}:{sock.getsockname()[1]}/")
            server.run(sockets=[sock])
        if site.failure is not None:
            raise site.failure
    finally:
        sock.close()
        preview.close()


def listen(port: int) -> socket.socket:
    """Return a socket on this port, or on the next one that is free; 0: on any.

    Raises:
        UsageError: none of them is free.
    """
    for number in range(port, min(port + PORTS, 65_536)):
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        # A port of a server that has just ended is free, though the kernel still remembers it.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((HOST, number))
            sock.listen(128)
        except OSError:
            sock.close()
            continue
        return sock
    last = min(port + PORTS, 65_536) - 1
    raise UsageError(f"no port from {port} to {last} is free; name another with --port")


class _Server(uvicorn.Server):
    """A server that tells of its end, so that streams which never end are let go of."""

    def __init__(self, config: uvicorn.Config, on_end: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_end = on_end
        self._told: int | None = None

    def give_up(self) -> None:
        """End without having been told to."""
        self._on_end()
        self.should_exit = True

    @contextmanager
    def hearing_signals(self) -> Iterator[None]:
        """Hear of Ctrl-C from now on, and let it have its usual effect when the server has ended.

        The server itself hears it once it runs. Before that it would end Python's loop in the midst
        of its beginning, with a warning of a coroutine that nobody awaited.
        """
        before = {sig: signal.signal(sig, self.handle_exit) for sig in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for sig, handler in before.items():
                signal.signal(sig, handler)
        if self._told is not None:
            signal.raise_signal(self._told)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._told = sig
        self._on_end()
        super().handle_exit(sig, frame)


class PreviewServer:
    """Answers for the preview, and keeps it up to date while it runs."""

    def __init__(self, preview: Preview, request: BuildRequest, listener: Listener) -> None:
        """Take what to show; `request` says where the archive and the last built site are."""
        self._preview = preview
        self._root = request.root
        self._site = request.out
        self._listener = listener
        self._run = f"{os.getpid()}-{dt.datetime.now(dt.UTC).timestamp():.3f}"
        self._changed = asyncio.Event()
        self._fetched = asyncio.Event()
        """A page was fetched since this was cleared."""
        self._streams = 0
        """Pages that are open."""
        self._is_ending = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._failed: tuple[Problem, ...] = ()
        self.failure: BaseException | None = None
        """A bug of ours that ended the preview."""
        self.on_failure: Callable[[], None] = lambda: None
        self._news: tuple[int, str] = (-1, "")

    def application(self) -> Starlette:
        """Return the application."""
        hosts = Middleware(
            TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"], www_redirect=False
        )
        routes = [
            Route("/-/events", self._events),
            Route("/-/page-of", self._page_of),
            Route("/-/{name}", self._own),
            Route("/{path:path}", self._any),
        ]
        return Starlette(routes=routes, middleware=[hosts], lifespan=self._lifespan)

    def end(self) -> None:
        """Let go of every open stream; called in a signal handler."""
        self._is_ending = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._changed.set)

    # -- staying up to date --------------------------------------------------------------------

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        self._loop = asyncio.get_running_loop()
        task = asyncio.create_task(self._keep_up())
        task.add_done_callback(self._has_stopped)
        yield
        task.cancel()
        await asyncio.wait((task,))

    def _has_stopped(self, task: asyncio.Task[None]) -> None:
        """End all of it where keeping up failed: an old page looks as good as a new one."""
        if not task.cancelled() and (error := task.exception()) is not None:
            self.failure = error
            self.on_failure()

    async def _keep_up(self) -> None:
        """Bring the preview up to date after each change, one change at a time."""
        polls = self._listener.polls
        async for touched in watch(self._root, lambda: self._preview.folders, polls):
            start = perf_counter()
            await self._be_written(touched)
            try:
                if is_other := await asyncio.to_thread(self._preview.show_at_once, touched):
                    self._tell()
                    await self._be_looked_at()
                if await asyncio.to_thread(self._preview.follow, touched):
                    is_other = True
                    self._tell()
                if await asyncio.to_thread(self._preview.renew) or self._failed:
                    is_other = True
                    self._failed = ()
                    self._tell()
            except (BuilderError, OSError) as error:
                is_other = True
                self._failed = as_problem(error)
                self._tell()
            if is_other:
                problems = self._failed or self._preview.state.problems
                self._listener.is_shown(problems, perf_counter() - start)
            elif not touched:
                await asyncio.to_thread(self._preview.rest)

    async def _be_written(self, touched: Collection[str]) -> None:
        """Let a program that saves a file finish: most empty it first, and fill it a moment later.

        Else all of the archive would be thought through with a file that says nothing.
        """
        texts = [self._root / path for path in touched if path.endswith(".md")]
        for _ in range(_EMPTY_STEPS):
            if not any(_is_empty(path) for path in texts):
                return
            await asyncio.sleep(_EMPTY_STEP_S)

    async def _be_looked_at(self) -> None:
        """Let a page that is open be fetched first: what follows would share the processor."""
        if self._streams:
            self._fetched.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._fetched.wait(), _GRACE_S)

    def _tell(self) -> None:
        """Wake every stream."""
        before, self._changed = self._changed, asyncio.Event()
        before.set()

    # -- what is told to the script ------------------------------------------------------------

    def _facts(self) -> str:
        """Return what the script is told of the preview as it is now, as JSON."""
        state = self._preview.state
        if self._news[0] == state.version and not self._failed:
            return self._news[1]
        problems = (*self._failed, *state.problems)
        errors = [found for found in problems if found.is_error]
        facts = {
            "run": self._run,
            "version": state.version,
            "looks": state.looks,
            "errors": len(errors),
            "warnings": len(problems) - len(errors),
            "problems": self._shown(sorted(problems, key=lambda p: not p.is_error)),
            "unpublished": state.unpublished,
        }
        self._news = (state.version, json.dumps(facts, ensure_ascii=False))
        return self._news[1]

    def _shown(self, problems: Sequence[Problem]) -> list[dict[str, object]]:
        source = SourceLines(self._root)
        return [
            {
                "place": str(found.location),
                "path": found.location.path,
                "severity": found.severity,
                "code": found.code,
                "message": found.message,
                "hint": found.hint,
                "excerpt": excerpt(found, source),
            }
            for found in problems[:MOST_PROBLEMS]
        ]

    async def _events(self, _: Request) -> Response:
        return StreamingResponse(
            self._stream(), media_type="text/event-stream", headers=dict(_HEADERS)
        )

    async def _stream(self) -> AsyncIterator[str]:
        """Yield an event for each change, the first at once (server-sent events, HTML 9.2)."""
        self._streams += 1
        try:
            async for event in self._news_of_changes():
                yield event
        finally:
            self._streams -= 1

    async def _news_of_changes(self) -> AsyncIterator[str]:
        yield "retry: 400\n\n"
        told = -1
        while not self._is_ending:
            changed = self._changed
            facts = await asyncio.to_thread(self._facts)
            if self._preview.state.version != told or self._failed:
                told = self._preview.state.version
                yield f"data: {facts}\n\n"
            try:
                await asyncio.wait_for(changed.wait(), _BEAT_S)
            except TimeoutError:
                yield ": still here\n\n"

    async def _page_of(self, request: Request) -> Response:
        """Tell where the page of a content file stands now."""
        url = self._preview.state.sources.get(request.query_params.get("source", ""))
        return JSONResponse({"url": url}, headers=dict(_HEADERS))

    # -- what is served ------------------------------------------------------------------------

    def _own(self, request: Request) -> Response:
        """Answer with a file of the preview itself."""
        name = request.path_params["name"]
        if name not in {"preview.js", "preview.css"}:
            return self._missing()
        return _answer(name, (Path(__file__).parent / "page" / name).read_bytes())

    def _any(self, request: Request) -> Response:
        """Answer with a file of the site as it would be built."""
        url: str = request.path_params["path"]
        if url == "" or url.endswith("/"):
            url += "index.html"
        state = self._preview.state
        if url in state.pages or url in state.last:
            page = self._page(url)
            if page is not None:
                if self._loop is not None:
                    self._loop.call_soon_threadsafe(self._fetched.set)
                return page
        if url in state.assets:
            return _answer(url, state.assets[url])
        if url in state.media:
            return self._medium(url)
        if url in state.copies:
            original, width, digest = state.copies[url]
            with suppress(OSError, NoImageError, NotResizedError):
                return _answer(url, copy_of(self._root, original, width, digest))
        if url.startswith("pagefind/"):
            return _file(self._site, url) or self._missing()
        return self._missing()

    def _medium(self, url: str) -> Response:
        """Answer with a file of content/media/; with a picture as it is published."""
        found = _file(self._root / "content", url)
        if found is None:
            return self._missing()
        if PurePosixPath(url).suffix.lower() not in IMAGE_TYPES:
            return found
        try:
            return _answer(url, published((self._root / "content" / url).read_bytes(), url))
        except (OSError, DamagedError):
            return self._missing()

    def _page(self, url: str, status: int = 200) -> Response | None:
        state = self._preview.state
        page = self._preview.page(url)
        if page is None:
            return None
        content = page.content
        if page.problems:
            status = 500
            content = bare_page(
                "This page cannot be shown", "A template is wrong. Once it is mended, it is here."
            )
        elif not url.endswith(".html"):
            return _answer(url, content, status)
        facts = {
            "run": self._run,
            "version": state.version,
            "looks": state.looks,
            "page": sha256(content).hexdigest(),
            "source": page.source,
            "status": page.status,
            "note": self._search_note() if page.is_search else "",
            "problems": self._shown(page.problems),
        }
        return _answer("page.html", with_script(content, facts, is_lost=status == 404), status)

    def _search_note(self) -> str:
        try:
            built = (self._site / "pagefind").stat().st_mtime
        except OSError:
            return "There is no search index yet: `backfile build` makes one."
        when = dt.datetime.fromtimestamp(built).astimezone()
        return f"Search finds what stood in the last build, of {when:%Y-%m-%d %H:%M}."

    def _missing(self) -> Response:
        """Answer with the site's own page for addresses that lead nowhere."""
        if self._preview.state.plan is not None:
            found = self._page("404.html", 404)
            if found is not None:
                return found
            return _answer("page.html", bare_page("Not found", "Nothing stands here."), 404)
        state = self._preview.state
        facts = {"run": self._run, "version": state.version, "looks": state.looks, "page": ""}
        bare = bare_page(
            "The archive cannot be shown yet", "Once what is wrong is mended, it is here."
        )
        return _answer("page.html", with_script(bare, facts), 500)


def _answer(name: str, content: bytes, status: int = 200) -> Response:
    kind = _type_of(name)
    return Response(content, status, headers=dict(_HEADERS), media_type=kind)


def _file(folder: Path, url: str) -> Response | None:
    """Return a file below a folder; None where there is none, or where a link leads out of it."""
    home = folder.resolve()
    try:
        path = (home / url).resolve(strict=True)
    except (OSError, ValueError):
        return None
    if not path.is_relative_to(home) or not path.is_file():
        return None
    with suppress(OSError):
        if path.stat().st_size <= MOST_AT_ONCE:
            # Whole, and its length afterwards: while it is sent somebody may save another one.
            return _answer(url, path.read_bytes())
    return FileResponse(path, headers=dict(_HEADERS), media_type=_type_of(url))


def _is_empty(path: Path) -> bool:
    try:
        return path.stat().st_size == 0
    except OSError:
        return False


def _type_of(name: str) -> str:
    return _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")
