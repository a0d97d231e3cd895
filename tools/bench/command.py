"""``python -m tools.bench``: validation engines side by side, or how long the questions take."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from kgtools.cli.output import add_output_arguments, chosen_format, emit, note
from kgtools.cli.progress import ProgressLine
from kgtools.core.errors import UserError
from kgtools.graph.projects import find_project
from tools.bench import scale, whole
from tools.bench.engines import ENGINES, is_installed
from tools.bench.run import as_json, as_markdown, measure
from tools.running import run_tool

_SMALLEST, _LARGEST = 1, 10_000_000


def main(arguments: Sequence[str]) -> int:
    """Run ``python -m tools.bench`` with arguments, and give its exit status."""
    return run_tool(
        "bench", "Measure validation engines side by side, or the canned questions.", add_arguments, run, arguments
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the tool's arguments."""
    parser.add_argument(
        "what",
        nargs="?",
        choices=("validation", "commands", "queries", "generate", "stores"),
        default="validation",
        help="engines that validate (default); whole commands against parsing alone; the canned questions, each with "
        "its example; write the generated data, one Turtle file per state, into the folder given with -o; or load it "
        "into servers and ask them everything",
    )
    parser.add_argument(
        "--store", metavar="URL|DIR", help="queries: ask this SPARQL endpoint or embedded store instead"
    )
    parser.add_argument(
        "--sizes", type=_sizes, default=(1000,), metavar="N,N…", help="numbers of policies (default: 1000)"
    )
    parser.add_argument(
        "--engines",
        type=_engines,
        default=None,
        metavar="NAME,NAME…",
        help=f"{', '.join(ENGINES)} (default: all that are installed); the others are compared with the first; "
        f"for stores {' or '.join(scale.ENGINES)}",
    )
    parser.add_argument(
        "--seed", type=int, default=2025, metavar="N", help="seed of the generated data (default: 2025)"
    )
    parser.add_argument(
        "--timeout", type=float, default=900, metavar="S", help="stop an engine after S seconds (default: 900)"
    )
    add_output_arguments(parser, ("md", "json"), "md")


def _sizes(text: str) -> tuple[int, ...]:
    parts = text.replace("_", "").split(",")
    if not all(part.isdecimal() and len(part) < 9 and _SMALLEST <= int(part) <= _LARGEST for part in parts):
        raise argparse.ArgumentTypeError(
            f"'{text[:40]}' is not a list of whole numbers from {_SMALLEST} to {_LARGEST:,}, such as 1000,10000."
        )
    return tuple(int(part) for part in parts)


def _engines(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(text.split(",")))
    known = (*ENGINES, *scale.ENGINES)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise argparse.ArgumentTypeError(f"There is no engine '{unknown[0][:40]}'; choose from {', '.join(known)}.")
    return names


def run(options: argparse.Namespace) -> int:
    """Measure and write the table; exit 2 when an engine that was named is not installed."""
    measured = scale.ENGINES if options.what == "stores" else ENGINES
    wrong = [name for name in options.engines or () if name not in measured]
    if wrong:
        raise UserError(f"The engine {wrong[0]} is not one for this; choose from {', '.join(measured)}.")
    verbs = {
        "validation": _validation,
        "queries": _queries,
        "commands": _commands,
        "generate": _generate,
        "stores": _stores,
    }
    return verbs[options.what](options)


def _generate(options: argparse.Namespace) -> int:
    from tools.bench.generate import write_folder

    if options.output is None or len(options.sizes) != 1:
        raise UserError("Name the folder to write and one number of policies: --sizes 1000 -o made/")
    for file in write_folder(options.output, options.sizes[0], seed=options.seed):
        print(file)
    return 0


def _stores(options: argparse.Namespace) -> int:
    project = find_project(options.project)
    progress, parts = ProgressLine(), []
    for size in options.sizes:
        for engine in options.engines or scale.ENGINES:
            steps = []
            for step in scale.measure_stores(project, engine, size, timeout=int(options.timeout)):
                steps.append(step)
                progress(f"{engine}, {step.name}", len(steps), 0)
            parts.append(f"{engine}, {size:,} policies\n\n{scale.as_markdown(steps)}")
    progress.done()
    emit(options, "\n".join(parts))
    return 0


def _commands(options: argparse.Namespace) -> int:
    project, progress, taken = find_project(options.project), ProgressLine(), []
    for each in whole.measure_commands(project, options.sizes, int(options.timeout)):
        taken.append(each)
        progress(each.name, len(taken), 0)
    progress.done()
    emit(options, whole.as_markdown(taken))
    return 0


def _queries(options: argparse.Namespace) -> int:
    from kgtools.graph.projects import open_store
    from tools.bench import questions

    project = find_project(options.project)
    timings = questions.time_questions(project, open_store(options.store, project))
    written = questions.as_json if chosen_format(options) == "json" else questions.as_markdown
    emit(options, written(timings))
    return 0


def _validation(options: argparse.Namespace) -> int:
    missing = [name for name in options.engines or () if not is_installed(name)]
    if missing:
        note(f"kgtools: The engine {missing[0]} is not installed; install it with: pip install 'spf-kg[bench]'")
        return 2
    emit(options, _side_by_side(options))
    return 0


def _side_by_side(options: argparse.Namespace) -> str:
    engines = options.engines or tuple(name for name in ENGINES if is_installed(name))
    progress = ProgressLine()
    project = find_project(options.project)
    found = measure(
        project, engines, options.sizes, seed=options.seed, timeout=max(1, options.timeout), progress=progress
    )
    progress.done()
    return as_json(found) if chosen_format(options) == "json" else as_markdown(found)
