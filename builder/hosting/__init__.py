"""What hosts and servers are told of the site: headers, redirects, names, limits.

All of it comes from one table of redirects and one policy, so that no two hosts disagree. Pure:
values in, files of the site out. Called while a build is prepared.
"""

from builder.hosting.files import host_files
from builder.hosting.limits import LIMITS, exceeded
from builder.hosting.policy import HostPolicy, make_policy

__all__ = ["LIMITS", "HostPolicy", "exceeded", "host_files", "make_policy"]
