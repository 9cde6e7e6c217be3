"""`python -m builder` is `backfile`."""

from builder.cli import run

run()
