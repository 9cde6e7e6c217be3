"""Real web servers do with the site what its settings promise."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import pytest

from builder.hosting import exceeded
from tests.archives import build_archive, files_of, write_archive
from tests.edits import PNG
from tests.hosting.servers import serving

if TYPE_CHECKING:
    from pathlib import Path

ARCHIVE: Final = """\
-- content/archive.yaml --
title: A hosted archive
base_url: https://archive.example/
languages: [en, ru]
hosting:
  path: {prefix}
  hosts: [nginx, apache, caddy]
  onion: http://abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstuvwx.onion/
-- content/articles/2025/flood.md --
---
title: A flood
date: 2025-05-08
people: [Jane Roe]
topics: [floods]
image: {{src: media/map.png, alt: A map}}
aliases:
  - /old/flood.html
  - /старое/наводнение.html
  - /bad; return 200 $uri/a.html
  - /bad {{env.HOME}}/b.html
---
The river rose.
-- content/articles/2025/fire.md --
---
title: A fire
date: 2025-05-09
---
It burned.
"""
SERVERS: Final = ("nginx", "apache", "caddy")


@pytest.fixture(scope="module", params=["/", "/a/b/"])
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    prefix: str = request.param
    root = tmp_path_factory.mktemp("hosted")
    files: dict[str, str | bytes] = {**files_of(ARCHIVE.format(prefix=prefix))}
    write_archive(root, {**files, "content/media/map.png": PNG})
    build_archive(root, search=True)
    return root / "site", prefix


@pytest.mark.parametrize("kind", SERVERS)
def test_server_keeps_every_promise(kind: str, site: tuple[Path, str], tmp_path: Path) -> None:
    folder, prefix = site
    with serving(kind, folder, prefix, tmp_path / kind) as ask:
        home = ask(prefix)
        assert (home.status, home.body) == (200, (folder / "index.html").read_bytes())
        page = ask(f"{prefix}2025/05/flood.html")
        assert page.status == 200
        assert page.headers["content-type"].replace("UTF-8", "utf-8") == "text/html; charset=utf-8"
        assert page.headers["cache-control"] == "no-cache"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["onion-location"].endswith(".onion/")
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none';")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy
        assert "http" not in policy

        gone = ask(f"{prefix}nothing/here.html")
        assert (gone.status, gone.body) == (404, (folder / "404.html").read_bytes())
        assert gone.headers["referrer-policy"] == "no-referrer"
        assert ask(f"{prefix}static/").status in {403, 404}

        style = re.search(rb'href="([^"]*\.css)"', home.body)
        assert style is not None
        sheet = ask(prefix + style[1].decode())
        assert sheet.headers["content-type"].startswith("text/css")
        assert "immutable" in sheet.headers["cache-control"]
        for name in json.loads((folder / "manifest.json").read_bytes())["files"]:
            path = name["path"] if isinstance(name, dict) else name
            is_named = path.startswith("static/") or re.match(
                r"pagefind/[^/]+/(fragment|index|filter)/|pagefind/(names|words)/", path
            )
            if path.startswith(("static/", "pagefind/")):
                caching = ask(prefix + path).headers["cache-control"]
                assert ("immutable" in caching) == bool(is_named), path
        assert ask(f"{prefix}media/map.png").headers["content-type"] == "image/png"
        feed = ask(f"{prefix}feed.xml").headers["content-type"]
        assert feed.startswith("application/atom+xml")
        assert ask(f"{prefix}topics/floods/feed.xml").headers["content-type"] == feed

        target = f"{prefix}2025/05/flood.html"
        for old in ("old/flood.html", quote("старое/наводнение.html")):
            moved = ask(prefix + old)
            assert moved.status == 301, old
            assert moved.headers["location"].endswith(target)
        # No setting is made of an address that holds more than letters; its page redirects.
        odd = ask(f"{prefix}bad;%20return%20200%20$uri/a.html")
        assert odd.status == 200
        assert b'http-equiv="refresh"' in odd.body


def test_services_read_one_table(tmp_path: Path) -> None:
    settings = ARCHIVE.format(prefix="/").replace(
        "hosts: [nginx, apache, caddy]",
        "hosts: [cloudflare, github, codeberg]\n  domain: archive.example\n"
        "  security: {contact: [mailto:safety@archive.example], expires: 2026-12-31}",
    )
    build_archive(write_archive(tmp_path, {**files_of(settings), "content/media/map.png": PNG}))
    site = tmp_path / "site"
    assert (site / "CNAME").read_text() == (site / ".domains").read_text() == "archive.example\n"
    assert (site / ".nojekyll").read_bytes() == b""
    assert (site / ".well-known/security.txt").read_text().splitlines() == [
        "Contact: mailto:safety@archive.example",
        "Expires: 2026-12-31T00:00:00Z",
    ]
    assert (site / "_redirects").read_text().splitlines() == [
        "/bad%20%7Benv.HOME%7D/b.html /2025/05/flood.html 301",
        "/bad%3B%20return%20200%20%24uri/a.html /2025/05/flood.html 301",
        "/old/flood.html /2025/05/flood.html 301",
        f"{quote('/старое/наводнение.html')} /2025/05/flood.html 301",
    ]
    rules = (site / "_headers").read_text()
    assert rules.startswith("/*\n  Content-Security-Policy: default-src 'none';")
    assert "/static/*\n  Cache-Control: public, max-age=31536000, immutable\n" in rules
    assert not (site / "hosting").exists()
    listed = (site / "manifest.json").read_text()
    assert all(name in listed for name in ("_headers", "_redirects", ".well-known/security.txt"))


def test_what_a_host_would_not_take_is_told(tmp_path: Path) -> None:
    old = "".join(f"  - /old/{number}.html\n" for number in range(1001))
    settings = (
        "title: Much\nbase_url: https://archive.example/\n"
        "hosting: {hosts: [gitlab, github], "
        "security: {contact: [https://archive.example/], expires: 2025-12-31}}\n"
    )
    story = f"---\ntitle: A story\ndate: 2025-05-08\naliases:\n{old}---\nText.\n"
    files = {"content/archive.yaml": settings, "content/articles/a.md": story}
    root = write_archive(tmp_path, files)
    found = {problem.code: problem.message for problem in build_archive(root).problems}
    assert "GitLab Pages takes 1,000 redirects, and the site has 1,001" in found["host-limit"]
    assert "2025-12-31" in found["security-expired"]
    again = {problem.code for problem in build_archive(root).problems}
    assert again == set(found)


@pytest.mark.parametrize(
    ("host", "sizes", "told"),
    [
        ("cloudflare", dict.fromkeys(map(str, range(20_001)), 1), "20,000 files"),
        ("cloudflare", {"a.pdf": 27_000_000}, "a.pdf is larger"),
        ("cloudflare", {"_redirects": 100_001}, "100 kB of _redirects"),
        ("github", {"a": 900_000_000, "b": 101_000_000}, "1,000 MB, and the site has 1,001"),
        ("gitlab", dict.fromkeys(map(str, range(200_001)), 1), "200,000 files"),
        ("nginx", {"a": 10**12}, ""),
    ],
)
def test_limits(host: str, sizes: dict[str, int], told: str) -> None:
    found = list(exceeded(host, sizes, 0))
    assert len(found) == bool(told)
    assert told in "".join(found)
