"""`backfile serve`: what it shows is what a build makes, at once, to this machine alone."""

from __future__ import annotations

import gc
import hashlib
import html
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from builder.build import BuildRequest
from builder.imaging import copy_of, published
from builder.pages.context import Context
from builder.serving.preview import Preview
from tests.archives import ROOT, build_archive, request, run_backfile, tree, write_archive
from tests.browsing import Reader
from tests.edits import PNG
from tests.ports import free_port
from tests.test_warm import (
    SEQUENCES,
    Archive,
    clean_build,
    differences,
    told,
    try_edits,
)
from tests.waiting import PATIENCE_S, until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playwright.sync_api import Browser

STORY = "---\ntitle: {}\ndate: 2025-05-08\npeople: [Jane Roe]\n---\n{}\n"
FILES: dict[str, str | bytes] = {
    "content/archive.yaml": "title: The Paper\nbase_url: https://a.example/\n",
    "content/articles/flood.md": STORY.format("The flood", "It rained.\n\n" + "A line.\n\n" * 99),
    "content/articles/fire.md": STORY.format("The fire", "See [the flood](flood.md)."),
    "content/articles/draft.md": STORY.format("Not yet", "Soon.").replace(
        "---\nSoon", "status: draft\n---\nSoon"
    ),
    "content/people/jane-roe.md": "---\nname: Jane Roe\n---\nShe lived.\n",
    "content/media/map.png": PNG,
    "content/articles/map.md": STORY.format("The map", "![A map](../media/map.png)"),
}
FLOOD = "2025/05/flood.html"


class Serving:
    """A running `backfile serve`."""

    def __init__(self, root: Path, *options: str, env: dict[str, str] | None = None) -> None:
        self.root = root
        self.process = subprocess.Popen(
            [sys.executable, "-m", "builder", "-C", str(root), "serve", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        )
        self.said = ""
        self.address = ""

    def wait(self) -> None:
        """Wait until it says where it is."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
                self.address = found[0]
                return
        raise AssertionError(self.said)

    def end(self) -> None:
        """Press Ctrl-C; it has to end soon, and well."""
        self.process.send_signal(signal.SIGINT)
        try:
            rest, _ = self.process.communicate(timeout=PATIENCE_S)
        finally:
            self.process.kill()
        self.said += rest
        assert self.process.returncode == 0, self.said
        assert "Traceback" not in self.said, self.said[self.said.index("Traceback") :]
        assert "Error" not in self.said
        assert "RuntimeWarning" not in self.said, self.said

    def get(self, url: str, **headers: str) -> tuple[int, bytes, Any]:
        """Return status, body and headers of an answer."""
        request = urllib.request.Request(self.address + url, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return answer.status, answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read(), error.headers


@contextmanager
def serving(root: Path, *options: str, port: int = 0) -> Iterator[Serving]:
    """Serve an archive on a free port until the end."""
    running = Serving(root, "--port", str(port), *options)
    try:
        running.wait()
        yield running
        running.end()
    finally:
        running.process.kill()
        running.process.communicate()


# -- the same as a build -------------------------------------------------------------------------


class ShownArchive(Archive):
    """An archive whose preview is held against a clean build after each edit."""

    preview: Preview | None = None
    shown: object = None
    known: Mapping[str, tuple[bytes, int]] = MappingProxyType({})

    def teardown(self) -> None:
        super().teardown()
        if self.preview is not None:
            self.preview.close()

    def compare(self) -> None:
        self.builds += 1
        clean = clean_build(self.desk.contents(), self.options)
        shown = self.follow()
        state = shown.state
        assert told(state.problems) == clean.told
        if clean.counts is None:
            self.mend()
            self.compare()
            return
        wanted = dict(clean.site)
        found = dict(state.assets)
        for url in state.pages:
            page = shown.page(url)
            assert page is not None
            found[url] = page.content
        found |= {
            url: published((self.root / "content" / url).read_bytes(), url) for url in state.media
        }
        found |= {url: copy_of(self.root, *copy) for url, copy in state.copies.items()}
        wanted.pop("manifest.json")
        assert differences(found, wanted) == ""
        self.to_mend.clear()
        self.good.append((self.desk.snapshot(), self.options))

    def follow(self) -> Preview:
        """Return the preview as it is after the edits, which it is told of as a watcher would."""
        if self.preview is None or self.shown != self.options:
            if self.preview is not None:
                self.preview.close()
            request = BuildRequest(
                root=self.root,
                out=self.root / "site",
                now=self.options.now,
                base_url=self.options.base_url,
                with_drafts=self.options.drafts,
                with_search=False,
            )
            now = self.options.now
            self.preview, self.shown = Preview(request, lambda: now), self.options
            self.preview.begin()
        else:
            files, before = self.desk.snapshot().files, self.known
            paths = {*files, *before}
            touched = {path for path in paths if files.get(path) != before.get(path)}
            self.preview.show_at_once(touched)
            self.preview.follow(touched)
            self.preview.renew()
        self.known = self.desk.snapshot().files
        return self.preview


for _name in ("output_is_damaged", "site_is_deleted", "state_is_deleted", "state_is_damaged"):
    # A preview writes no output, and what it remembers it holds in memory while it runs.
    setattr(ShownArchive, _name, lambda *_, **__: None)


def test_a_preview_shows_what_a_build_makes_after_any_edits() -> None:
    try_edits(ShownArchive, 0, SEQUENCES // 40)


def test_every_page_comes_over_as_it_was_made(tmp_path: Path) -> None:
    root = write_archive(tmp_path, FILES)
    build_archive(root)
    site = tree(root / "site")
    stamps = {path: (root / "site" / path).stat().st_mtime_ns for path in site}
    with serving(root) as running:
        for path, content in site.items():
            if path == "manifest.json":
                continue
            status, body, headers = running.get(quote(path))
            if not path.endswith(".html"):
                assert (status, body) == (200, content), path
                continue
            assert status == 200
            assert headers["content-type"] == "text/html; charset=utf-8"
            facts = re.search(rb'data-backfile="([^"]*)"', body)
            assert facts is not None, path
            page = json.loads(html.unescape(facts[1].decode()))["page"]
            assert page == hashlib.sha256(content).hexdigest(), path
    assert {path: (root / "site" / path).stat().st_mtime_ns for path in site} == stamps


# -- in a browser --------------------------------------------------------------------------------


def panel(reader: Reader) -> str:
    """Return what is told over the page."""
    text: str = reader.page.locator("backfile-preview .panel").inner_text()
    return text


def test_edits_are_seen_where_one_reads(browser: Browser, tmp_path: Path) -> None:
    root = write_archive(tmp_path, FILES)
    flood = root / "content/articles/flood.md"
    text = flood.read_text()
    with serving(root, "--drafts") as running:
        reader = Reader(browser, running.address)
        page = reader.page
        reader.open(FLOOD)
        page.evaluate("window.stayed = true")
        page.mouse.wheel(0, 1500)
        reader.until(lambda: page.evaluate("scrollY") == 1500)

        flood.write_text(text.replace("It rained.", "It poured."))
        reader.until(lambda: "It poured." in page.content())
        assert page.evaluate("[scrollY, window.stayed]") == [1500, True]
        flood.write_text(text.replace("The flood", "The deluge"))
        reader.until(lambda: page.title().startswith("The deluge"))
        assert page.evaluate("[scrollY, window.stayed]") == [1500, True]

        # Broken: told with its place over the page as it was; mended: told no more.
        flood.write_text(text.replace("title:", "titel:"))
        reader.until(lambda: "unknown-key" in panel(reader))
        assert "content/articles/flood.md:2:1 error[unknown-key]" in panel(reader)
        assert 'did you mean "title"?' in panel(reader)
        assert page.title().startswith("The deluge")
        flood.write_text(text)
        reader.until(lambda: "unknown-key" not in panel(reader))
        reader.until(lambda: page.title().startswith("The flood"))
        assert page.evaluate("window.stayed") is True

        # Renamed: the page follows its new address. Deleted: it is gone.
        flood.write_text(text.replace("date:", "slug: deluge\ndate:"))
        (root / "content/articles/fire.md").write_text(STORY.format("The fire", "All."))
        reader.until(lambda: page.url == f"{running.address}2025/05/deluge.html")
        reader.until(lambda: page.title().startswith("The flood"))
        flood.unlink()
        reader.until(lambda: page.locator("main").inner_text().startswith("There is no such page"))

        # A new file on the home page; drafts are marked.
        reader.open("index.html")
        assert page.locator("a:text('Not yet') + .backfile-unpublished").count() >= 1
        (root / "content/articles/new.md").write_text(STORY.format("Brand new", "Fresh."))
        reader.until(lambda: page.locator("main >> text=Brand new").count() > 0)
        reader.open("2025/05/draft.html")
        reader.until(lambda: "Draft" in panel(reader))

        # A template of the archive's own, wrong at first; a style; a setting.
        own = root / "templates/article.html"
        own.parent.mkdir()
        mine = "{% extends 'theme/article.html' %}{% block title %}TITLE{% endblock %}"
        own.write_text(mine.replace("TITLE", "{{ view.nope }}"))
        reader.until(lambda: "template-error" in panel(reader))
        assert "templates/article.html:1" in panel(reader)
        own.write_text(mine.replace("TITLE", "Mine"))
        reader.until(lambda: page.title() == "Mine")
        css = (ROOT / "templates/static/site.css").read_text() + "body { outline: 3px solid red }"
        (root / "templates/static").mkdir()
        (root / "templates/static/site.css").write_text(css)
        outline = "getComputedStyle(document.body).outlineWidth"
        reader.until(lambda: page.evaluate(outline) == "3px")
        settings = root / "content/archive.yaml"
        settings.write_text("title: The Daily\nbase_url: https://a.example/\n")
        reader.until(lambda: page.locator(".site-title").inner_text() == "The Daily")
        settings.write_text("titel: The Daily\n")
        reader.until(lambda: "content/archive.yaml:1:1 error" in panel(reader))
        settings.write_text("title: The Weekly\nbase_url: https://a.example/\n")
        reader.until(lambda: page.locator(".site-title").inner_text() == "The Weekly")

        # A picture replaced under its name.
        reader.open("2025/05/map.html")
        reader.until(lambda: "media/map.png" in "".join(reader.asked))
        (root / "content/media/map.png").write_bytes(PNG + b"more")
        asked = len([url for url in reader.asked if url.endswith("map.png")])
        reader.until(lambda: len([u for u in reader.asked if u.endswith("map.png")]) > asked)
        assert all(url.startswith(running.address) for url in reader.asked)
        unexpected = [said for said in reader.said if "404" not in said and "500" not in said]
        assert unexpected == []
        reader.close()
    assert not (root / "site").exists()


def test_a_page_finds_its_server_again(browser: Browser, tmp_path: Path) -> None:
    root = write_archive(tmp_path, FILES)
    port = free_port()
    with serving(root, port=port) as running:
        reader = Reader(browser, running.address)
        reader.open(FLOOD)
        reader.until((root / ".backfile/preview").is_dir)
    reader.until(lambda: "has ended" in panel(reader))
    flood = root / "content/articles/flood.md"
    flood.write_text(flood.read_text().replace("It rained.", "It had rained."))
    with serving(root, port=port) as again:
        assert again.address == running.address
        reader.until(lambda: "It had rained." in reader.page.locator("main").inner_text())
        assert "has ended" not in panel(reader)
        reader.close()


# -- to this machine alone -----------------------------------------------------------------------


def test_nothing_else_is_answered(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    root = write_archive(tmp_path / "archive", FILES)
    (root / "content/media/spare.png").write_bytes(PNG)
    (root / "content/articles/secret.txt").write_text("secret")
    (root / "site/pagefind").mkdir(parents=True)
    (root / "site/pagefind/out").symlink_to(tmp_path / "secret.txt")
    (root / "site/pagefind/in").write_text("index")
    with serving(root) as running:
        host, port = running.address.removeprefix("http://").rstrip("/").split(":")
        assert host == "127.0.0.1"
        assert running.get("pagefind/in")[:2] == (200, b"index")
        for url in (
            "nowhere.html",
            "pagefind/",
            "pagefind/out",
            "pagefind/../../content/archive.yaml",
            "pagefind/%2e%2e/%2e%2e/content/archive.yaml",
            "..%2f..%2fsecret.txt",
            "content/archive.yaml",
            "media/",
            "media/spare.png",
            "media/..%2farticles%2fsecret.txt",
            "static/",
            "2025/05/draft.html",
            "-/",
            "-/server.py",
            "%00",
        ):
            status, body, _ = running.get(url)
            assert status == 404, url
            assert b"secret" not in body
            assert b"There is no such page" in body
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
            assert _status(host, int(port), method, "/index.html") == 405, method
        assert _status(host, int(port), "HEAD", "/index.html") == 200
        for name in ("evil.example", f"evil.example:{port}", "127.0.0.1.evil.example", ""):
            assert _status(host, int(port), "GET", "/", name) == 400, name
        assert _status(host, int(port), "GET", "/", f"localhost:{port}") == 200
        _, _, headers = running.get("")
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in headers
        assert headers["content-security-policy"] == "frame-ancestors 'none'"
        # Only the loopback interface listens.
        addresses = {found[4][0] for found in socket.getaddrinfo(socket.gethostname(), None)}
        for address in addresses - {"127.0.0.1", "127.0.1.1", "::1"}:
            with socket.socket(socket.AF_INET6 if ":" in str(address) else socket.AF_INET) as probe:
                assert probe.connect_ex((str(address), int(port))) != 0


def _status(host: str, port: int, method: str, url: str, name: str | None = None) -> int:
    """Return the status of an answer to a request with this Host."""
    connection = HTTPConnection(host, port, timeout=PATIENCE_S)
    connection.putrequest(method, url, skip_host=name is not None)
    if name is not None:
        connection.putheader("Host", name)
    connection.endheaders()
    status = connection.getresponse().status
    connection.close()
    return status


# -- beginning and ending ------------------------------------------------------------------------


def test_two_previews_and_a_build_of_one_archive_do_not_hinder_each_other(tmp_path: Path) -> None:
    root = write_archive(tmp_path, FILES)
    with serving(root, port=8700) as first, serving(root, port=8700) as second:
        assert first.address != second.address, "the port was taken"
        built = run_backfile("-C", root, "build", "--no-search")
        assert built.returncode == 0, built.stderr
        flood = root / "content/articles/flood.md"
        flood.write_text(flood.read_text().replace("It rained.", "It snowed."))
        for running in (first, second):
            until(lambda running=running: b"It snowed." in running.get(FLOOD)[1])  # type: ignore[misc]
    assert b"It rained." in (root / "site" / FLOOD).read_bytes()


@pytest.mark.parametrize("delay_s", [0.0, 0.1, 0.5])
def test_it_ends_well_whenever_it_is_told_to(tmp_path: Path, delay_s: float) -> None:
    story = STORY.format("A story", "Words. " * 300)
    files = {f"content/articles/{n}.md": story for n in range(1500)}
    root = write_archive(tmp_path, files)
    running = Serving(root, "--port", "0")
    try:
        until((root / ".backfile/preview").is_dir)
        time.sleep(delay_s)
        children = _children(running.process.pid)
        running.end()
    finally:
        running.process.kill()
    until(lambda: not any(Path(f"/proc/{child}").exists() for child in children))


def test_it_ends_well_the_moment_it_is_there(tmp_path: Path) -> None:
    root = write_archive(tmp_path, FILES)
    for _ in range(4):
        running = Serving(root, "--port", "0")
        running.wait()
        running.end()


def test_it_ends_though_pages_are_open(tmp_path: Path) -> None:
    root = write_archive(tmp_path, FILES)
    with serving(root) as running:
        streams = [urllib.request.urlopen(running.address + "-/events") for _ in range(4)]
        assert all(stream.readline().startswith(b"retry") for stream in streams)
        running.end()
        for stream in streams:
            stream.close()


def test_a_broken_archive_is_shown_as_soon_as_it_is_mended(tmp_path: Path) -> None:
    root = write_archive(tmp_path, {**FILES, "content/archive.yaml": "title: [\n"})
    with serving(root) as running:
        status, body, _ = running.get("")
        assert status == 500
        assert b"cannot be shown yet" in body
        assert "error[yaml-syntax]" in running.said
        (root / "content/archive.yaml").write_text("title: X\nbase_url: https://a.example/\n")
        until(lambda: running.get("")[0] == 200)


def test_what_cannot_be_served_is_said(tmp_path: Path) -> None:
    done = run_backfile("-C", tmp_path, "serve")
    assert done.returncode == 1
    assert "error[not-an-archive]" in done.stderr
    assert run_backfile("serve", "--port", "70000").returncode == 2


def _children(process: int) -> list[int]:
    try:
        with open(f"/proc/{process}/task/{process}/children") as told_by_kernel:  # noqa: PTH123
            return [int(word) for word in told_by_kernel.read().split()]
    except OSError:
        return []


def test_a_site_that_is_shown_no_more_is_let_go_without_a_search_for_garbage(
    tmp_path: Path,
) -> None:
    article = "---\ntitle: A\ndate: 1970\npeople: [Ada Lovelace]\n---\nText.\n"
    root = write_archive(tmp_path, {"content/articles/a.md": article})
    asked = request(root)

    def contexts() -> int:
        return sum(isinstance(known, Context) for known in gc.get_objects())

    with closing(Preview(asked, lambda: asked.now)) as preview:
        preview.begin()
        counted = []
        try:
            for number in range(5):
                (root / "content/archive.yaml").write_text(f"title: T{number}\n", encoding="utf-8")
                assert preview.renew()
                preview.rest()
                counted.append(contexts())
            assert counted[-1] == counted[0]
        finally:
            gc.enable()  # a preview does without it
            gc.unfreeze()
