"""Ports for servers that have to be told one."""

from __future__ import annotations

import random
import socket
from typing import Final

_PORTS: Final = range(15_000, 32_000)
"""Below those that a system hands out by itself: none of them is taken while it is free."""


def free_port() -> int:
    """Return a port on which nobody listens.

    By chance, whatever seed a test has set, so that two processes of tests hardly choose the same.
    """
    chance = random.SystemRandom()
    while True:
        port = chance.choice(_PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
