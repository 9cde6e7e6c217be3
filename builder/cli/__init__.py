"""The command line: one module a command, each loaded when it is run. The one room that prints."""

from builder.cli.main import main

__all__ = ["main"]
