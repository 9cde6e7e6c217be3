"""What a file says of the people who made it, found and taken out without touching what it shows.

Cameras write where a picture was taken, programs who wrote a document. Each format is walked piece
by piece and what is no part of the picture, sound or page is left out or blanked; nothing is
decoded and encoded again, so nothing loses quality. Pure: bytes in, bytes and findings out.
"""

from builder.scrub.clean import CLEANERS, Cleaned, DamagedError, NeedsExtraError, clean

__all__ = ["CLEANERS", "Cleaned", "DamagedError", "NeedsExtraError", "clean"]
