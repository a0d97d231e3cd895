"""Killing a command, at a moment of time or before one of its steps on the disk, and looking at what it left."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kgtools.cli.main import main
from tests.conftest import ROOT
from tests.crash.workspace import Verb, litter_of

_STEPS: Final = "tests.crash.steps"
_SECONDS: Final = 300


@dataclass
class Outcome:
    """What became of a number of killed runs.

    Attributes:
        old: how often all of the old state was found.
        new: how often all of the new state was found.
        finished: how often the command had ended before it was killed.
        torn: what was found otherwise.
    """

    old: int = 0
    new: int = 0
    finished: int = 0
    torn: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        told = f"{self.old + self.new + len(self.torn)} killed or ended: {self.old} old, {self.new} new"
        return f"{told} ({self.finished} ended before), {len(self.torn)} torn"


class Bench:
    """A verb's workspace, in the state before the verb runs, and the state after it.

    Attributes:
        duration: how many seconds the verb takes.
        steps: how many steps it takes on the disk.

    Args:
        verb: the verb.
        workspace: a fresh workspace, which is left as it is.
        folder: a folder of our own.
    """

    def __init__(self, verb: Verb, workspace: Path, folder: Path) -> None:
        self.verb = verb
        self._before, self._work = folder / "before", folder / "work"
        shutil.copytree(workspace, self._before)
        for arguments in verb.before:
            _prepare(self._before, arguments)
        self.old = verb.state(self._before)
        self.reset()
        started = time.monotonic()
        self.steps = int(self.run(_STEPS, "0").rsplit("steps: ", 1)[1])
        self.duration = time.monotonic() - started
        self.new = verb.state(self._work)
        assert self.new != self.old, "the command changes nothing, so that killing it shows nothing"

    def reset(self) -> None:
        """Put the workspace back into the state before the verb."""
        shutil.rmtree(self._work, ignore_errors=True)
        shutil.copytree(self._before, self._work, symlinks=True)

    def start(self, *wrapper: str) -> subprocess.Popen[bytes]:
        """Start the verb, under a module that is given the command line, or as it is."""
        module = wrapper or ("kgtools",)
        command = [sys.executable, "-m", *module, *self.verb.arguments]
        return subprocess.Popen(
            command, cwd=self._work, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def run(self, *wrapper: str) -> str:
        """Run the verb to its end; returns what it told."""
        process = self.start(*wrapper)
        told, _ = process.communicate(timeout=_SECONDS)
        assert process.returncode == 0, told.decode()
        return told.decode()

    def kill_at_moments(self, count: int, random_: random.Random) -> Outcome:
        """Kill the verb at random moments of its running time."""
        found = Outcome()
        for _ in range(count):
            self.reset()
            process = self.start()
            moment = random_.uniform(0, self.duration)
            try:
                process.communicate(timeout=moment)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.communicate()
            self._judge(found, f"after {moment:.3f} s", killed=process.returncode == -signal.SIGKILL)
        self.finish()
        return found

    def kill_before(self, steps: Iterable[int]) -> Outcome:
        """Kill the verb before steps on the disk, counted from one."""
        found = Outcome()
        for step in steps:
            self.reset()
            process = self.start(_STEPS, str(step))
            process.communicate(timeout=_SECONDS)
            self._judge(found, f"before step {step}", killed=process.returncode == -signal.SIGKILL)
        self.finish()
        return found

    def _judge(self, found: Outcome, when: str, *, killed: bool) -> None:
        found.finished += not killed
        try:
            state = self._seen()
        except Exception as error:  # noqa: BLE001 - whatever goes wrong is what the kill did
            found.torn.append(f"{when}: {type(error).__name__}: {error}")
            return
        if state == self.new:
            found.new += 1
        elif state == self.old:
            found.old += 1
        else:
            found.torn.append(f"{when}: {_told(self.old, state, self.new)}")

    def _seen(self) -> Mapping[str, str]:
        """What a user finds: the next command has repaired what there was to repair."""
        assert main(["--project", str(self._work / "project"), "query", "--list", "-o", str(self._work / "list")]) == 0
        return self.verb.state(self._work)

    def finish(self) -> None:
        """Run the verb to its end after the last kill: it does its work, and nothing is left lying about."""
        self.run()
        assert self.verb.state(self._work) == self.new
        litter = litter_of(self._work)
        assert litter == [], litter


def _prepare(folder: Path, arguments: tuple[str, ...]) -> None:
    if arguments[0] == "write":
        target = folder / arguments[1]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(arguments[2], encoding="utf-8")
    elif arguments[0] == "loosen":
        for file in (folder / arguments[1]).rglob("*.ttl"):
            file.write_text("\n\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    else:
        command = [sys.executable, "-m", "kgtools", *arguments]
        subprocess.run(command, cwd=folder, env=_environment(), check=True, capture_output=True, timeout=_SECONDS)


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT)}


def _told(old: Mapping[str, str], seen: Mapping[str, str], new: Mapping[str, str]) -> str:
    """Which files, or graphs, are of the old state, of the new, or of neither."""
    names = sorted(old.keys() | seen.keys() | new.keys())
    changed = [name for name in names if old.get(name) != new.get(name)]
    neither = [name for name in names if seen.get(name) not in (old.get(name), new.get(name))]
    still = sum(seen.get(name) == old.get(name) for name in changed)
    return f"{still} of {len(changed)} that change are old; neither old nor new: {neither[:5]}"
