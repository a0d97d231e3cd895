"""``python -m tools.check``."""

import sys

from tools.check.command import main

sys.exit(main(sys.argv[1:]))
