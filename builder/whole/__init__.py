"""The whole story of a build whose content, settings or theme changed, and of `check`."""

from builder.whole.build import Made, build_whole
from builder.whole.make import check_pages
from builder.whole.prepare import Plan, prepare_site

__all__ = ["Made", "Plan", "build_whole", "check_pages", "prepare_site"]
