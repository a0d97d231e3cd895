"""What works on this machine, and how to fix what does not. A dependency is imported only where it is looked at."""

from kgtools.cli.doctor.examine import examine
from kgtools.cli.doctor.model import Diagnosis, Need, State

__all__ = ["Diagnosis", "Need", "State", "examine"]
