"""`python -m builder` is `backfile`."""

import sys

from builder.cli import main

sys.exit(main())
