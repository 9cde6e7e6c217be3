"""What a repository gives away of the people who edit it: names, places, programs, folders.

A repository that everybody can read says who changed what, from which time zone, and what a camera
wrote into a picture. `find_traces` reports all of it but what the settings allow.
"""

from builder.identity.traces import find_traces

__all__ = ["find_traces"]
