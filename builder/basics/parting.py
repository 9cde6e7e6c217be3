"""Copies that share nothing with what they were made of."""

from __future__ import annotations

import pickle
from typing import TypeVar

T = TypeVar("T")


def parted(value: T) -> T:
    """Return a copy of a value and of all in it, made in one go and so in one stretch of memory.

    Python gives memory back a mebibyte at a time, once nothing in it is used any more. A value
    that is kept out of many that are let go holds all of its mebibyte; its copy does not.
    """
    copy: T = pickle.loads(pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL))  # noqa: S301 - our own
    return copy
