"""The small archive's site, which several tests search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.search.archive import SETTINGS, build_small_press, write_small_press

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def offline_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small archive's site, with an index that can be read from a disk."""
    return build_small_press(write_small_press(tmp_path_factory.mktemp("offline")))


@pytest.fixture(scope="session")
def plain_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same site, with an index for web servers alone."""
    settings = f"{SETTINGS}search: {{offline: false}}\n"
    return build_small_press(write_small_press(tmp_path_factory.mktemp("plain"), settings))
