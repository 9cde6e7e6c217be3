"""Archives that many tests read: built once a process, by the command, as a user builds them."""

from __future__ import annotations

import shutil
import signal
from typing import TYPE_CHECKING, Final

import pytest

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

LONGEST: Final = ("test_warm.py", "test_killed.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no core waits at the end for the other one."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


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
