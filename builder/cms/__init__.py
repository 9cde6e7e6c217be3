"""Editing in a browser: a folder `admin/` for Sveltia CMS, made from the archive's own settings.

Nothing of it is part of a build. The program is a pinned package of the npm registry, fetched once
and checked by its digest; what it would ask of other hosts is kept from it.
"""

from builder.cms.config import cms_config
from builder.cms.folder import PACKAGES, fetch, write_admin

__all__ = ["PACKAGES", "cms_config", "fetch", "write_admin"]
