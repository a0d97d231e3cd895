"""Run ``kgtools`` and kill it before its Nth step on the disk; with 0, count the steps.

A step is a call by which Python changes the disk: opening a file to write, renaming, linking, removing, making a folder
or flushing. What RocksDB does by itself is not seen here; killing at random moments meets it.
"""

from __future__ import annotations

import os
import signal
import sys

from kgtools.cli.main import main

_STEPS = {
    "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod",
    "shutil.rmtree", "shutil.move", "ctypes.dlsym/handle", "fcntl.flock", "sqlite3.connect",
}  # fmt: skip
_counted: list[str] = []


def killed_before(last: int) -> None:
    """Kill this process before a step on the disk, counted from one."""

    def at(event: str, arguments: tuple[object, ...]) -> None:
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if event in _STEPS or writes:
            _counted.append(event)
            if len(_counted) == last:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(at)


if __name__ == "__main__":
    killed_before(int(sys.argv[1]))
    status = main(sys.argv[2:])
    if sys.argv[1] == "0":
        print(f"steps: {len(_counted)}")
    sys.exit(status)
