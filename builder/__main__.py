"""`python -m builder` is `backfile`."""

from builder.start import run

run()
