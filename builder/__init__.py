"""Backfile: a git repository of Markdown articles becomes a static, searchable news archive."""

__version__ = "0.1.0"
