"""What a test does in a window of a browser that Playwright does not drive."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from typing import Any

from tests.waiting import PATIENCE_S


class Window(ABC):
    """A window of a browser."""

    @abstractmethod
    def open(self, url: str) -> None:
        """Go to a page and wait until it is loaded."""

    @abstractmethod
    def evaluate(self, expression: str) -> Any:  # noqa: ANN401 - as the page has it
        """Return the value of an expression on the page."""

    def until(self, expression: str, value: object) -> None:
        """Wait until an expression has a value."""
        end = time.monotonic() + PATIENCE_S
        while (found := self.evaluate(expression)) != value:
            assert time.monotonic() < end, f"{expression} is {found!r}"
            time.sleep(0.02)
