"""A planned page -> the bytes of its file. Jinja2 is imported here alone.

May import basics and model; called by build and check.
"""

from builder.rendering.environment import make_environment
from builder.rendering.named import named
from builder.rendering.render import Renderer

__all__ = ["Renderer", "make_environment", "named"]
