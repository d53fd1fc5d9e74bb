"""`python -m tthc` is the same as `tthc`."""

import sys

from tthc.cli import main

sys.exit(main())
