"""What the exit code of a command means."""

from __future__ import annotations

from typing import Final

GOOD: Final = 0
CONTENT: Final = 1
USAGE: Final = 2
OUR_BUG: Final = 3
