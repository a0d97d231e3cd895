"""``python -m kgtools``."""

from kgtools.cli.main import run

run()
