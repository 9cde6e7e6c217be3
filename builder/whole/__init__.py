"""The whole story of a build whose content, settings or theme changed, and of `check`."""

from builder.whole.build import Made, build_whole
from builder.whole.make import check_pages
from builder.whole.output import output_to_come
from builder.whole.prepare import Known, Plan, Theme, find_out, load_theme, prepare_site

__all__ = [
    "Known",
    "Made",
    "Plan",
    "Theme",
    "build_whole",
    "check_pages",
    "find_out",
    "load_theme",
    "output_to_come",
    "prepare_site",
]
