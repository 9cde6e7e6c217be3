"""Archives that many tests read: built once a process, by the command, as a user builds them."""

from __future__ import annotations

import shutil
import signal
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, settings

from tests.archives import ROOT, run_backfile
from tests.browsing import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

# Whoever runs the tests in the background of a script has them ignore Ctrl-C, and what they start
# would do so as well.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# The same examples each time, however slow the machine; --hypothesis-profile=default tries others.
settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("steady")

SPLIT: Final = ("test_warm.py", "test_killed.py", "test_accessibility.py", "test_indexing.py")
"""Files whose tests share nothing and take long, the longest first: any process takes any test."""
LONG: Final = (
    "test_agreement.py",
    "test_page.py",
    "test_search.py",
    "test_benchmark.py",
    "test_engine.py",
    "test_serve.py",
    "test_limits.py",
    "test_lite.py",
    "test_images.py",
    "test_workflows.py",
    "test_sample.py",
    "test_questions.py",
    "test_check.py",
    "test_benchmarks.py",
    "test_house.py",
)
"""Those that take more than ten seconds, the longest first."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no core waits at the end for the other one.

    One process takes all tests of a file, that what they share is built once.
    """
    places = {name: place for place, name in enumerate((*SPLIT, *LONG))}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))
    for item in items:
        if item.path.name not in SPLIT and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(f"{item.path.parent.name}/{item.path.stem}"))


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's own archive, copied and built with search; the folder of the archive."""
    root = tmp_path_factory.mktemp("sample")
    shutil.copytree(ROOT / "content", root / "content")
    result = run_backfile("-C", root, "build")
    assert result.returncode == 0, result.stderr
    assert result.stderr == "", "the sample archive has warnings"
    return root


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A running Chromium."""
    with chromium() as started:
        yield started
