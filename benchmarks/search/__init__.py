"""How search holds at size: `python -m benchmarks.search`. See `--help`."""
