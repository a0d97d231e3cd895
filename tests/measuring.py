"""Running a command in a process of its own, and measuring what it cost.

The peak is VmHWM, which begins anew with the program; ``ru_maxrss`` begins with the size of the process that forked it.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="memory is read from /proc, which is Linux's"
)

_CODE = """
import resource, sys
from kgtools.cli.main import main
status = main(sys.argv[1:])
sys.stdout.flush()
usage = resource.getrusage(resource.RUSAGE_SELF)
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print("measured", usage.ru_utime + usage.ru_stime, int(peak) // 1024, file=sys.stderr)
sys.exit(status)
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a command printed, and what it cost in processor seconds and in megabytes at its largest."""

    status: int
    out: str
    err: str
    seconds: float
    megabytes: int


def run_measured(*arguments: str, cwd: Path) -> Measured:
    """Run ``kgtools`` with the arguments."""
    command = [sys.executable, "-c", _CODE, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=cwd, check=False)
    err, _, measured = done.stderr.rpartition("measured ")
    seconds, megabytes = measured.split()
    return Measured(done.returncode, done.stdout, err, float(seconds), int(megabytes))
