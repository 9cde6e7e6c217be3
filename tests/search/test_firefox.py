"""The search page in Firefox, which has rules of its own for files, preloads and workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browsing import serve
from tests.firefox import firefox
from tests.search.archive import BARGE, GAZETA, MANARA

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.firefox import Firefox

pytestmark = pytest.mark.browser

LINKS = "[...document.querySelectorAll('.search-title a')].map((one) => one.href)"
TEXTS = "[...document.querySelectorAll('{}')].map((one) => one.innerText)"


@pytest.fixture(scope="module")
def fox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    with firefox(tmp_path_factory.mktemp("profile")) as window:
        yield window


def test_it_searches_from_a_server_and_from_a_disk(
    fox: Firefox, offline_site: Path, plain_site: Path
) -> None:
    with serve(offline_site) as offline, serve(plain_site, "/a/b/") as plain:
        for root in (offline, plain, offline_site.as_uri() + "/"):
            fox.open(f"{root}search.html?q=canal")
            fox.until(LINKS, [root + BARGE])
            assert fox.evaluate(TEXTS.format(".search-excerpt mark")) == ["canal"]
            fox.open(f"{root}ar/search.html?q=person:vera-lindt&lang=ru&lang=ar&sort=newest")
            fox.until(LINKS, [root + GAZETA, root + MANARA])
            fox.evaluate("document.querySelector('.search-filters').open = true")
            fox.until(TEXTS.format(".search-facet[name=year] .search-value"), ["2025", "2023"])
    assert fox.said() == []


def test_from_a_disk_an_archive_too_large_says_so(fox: Firefox, plain_site: Path) -> None:
    fox.open(f"{plain_site.as_uri()}/search.html?q=canal")
    status = "document.querySelector('.search-status').innerText"
    fox.until(f"{status}.includes('too large')", value=True)
    assert fox.said() == []
