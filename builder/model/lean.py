"""msgspec, loaded without what it can do without. To be imported before it, for that alone.

It takes `typing_extensions` where there is any, for Pythons older than ours, and that loads all of
`inspect`: half the time that msgspec takes, and a tenth of all that a small build loads.
"""

import sys

if "msgspec" not in sys.modules and "typing_extensions" not in sys.modules:
    sys.modules["typing_extensions"] = None  # type: ignore[assignment] # as if it were not there
    try:
        import msgspec  # noqa: F401
    finally:
        del sys.modules["typing_extensions"]
