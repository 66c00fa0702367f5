"""Long runs of the simulation: `python -m ascend.testing --minutes 60 --jobs 2`.

Without `--app`, it simulates the Life OS. An application of your own needs a generator of its commands:

    python -m ascend.testing --app bank:APP --commands bank_commands:random_command --seeds 1000
"""

import argparse
import importlib
import sys
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import count
from pathlib import Path
from typing import Any

from ascend.domain.errors import InvalidInput
from ascend.testing.simulation.journal import SimulationFailed
from ascend.testing.simulation.run import Simulated, check_arguments, simulate

LIFE_OS = "ascend.projections.life_os:LIFE_OS"
LIFE_OS_COMMANDS = "ascend.testing.simulation.life_os:life_os_command"
PROGRESS = 10.0
"""Seconds between two lines of progress."""


def run_seed(app: str, commands: str, seed: int) -> Simulated | str:
    """Run one simulation. Return its result, or the message of its failure."""
    try:
        return simulate(load(app), seed=seed, commands=load(commands))
    except SimulationFailed as failure:
        return str(failure)


def load(name: str) -> Any:
    """Return the object `module:name`. Modules are also found in the current folder.

    Raises:
        InvalidInput: there is none.
    """
    module, _, attribute = name.partition(":")
    if (folder := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, folder)
    try:
        return getattr(importlib.import_module(module), attribute)
    except Exception as error:  # a module can do anything while it is imported
        raise InvalidInput(f"{name}: {type(error).__name__}: {error}") from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Run seeds until there are enough, or the time is over. Return 1 if one of them was broken."""
    options = parse(arguments)
    end = time.monotonic() + options.minutes * 60 if options.minutes else None
    seeds = iter(count(options.first) if options.seeds is None else range(options.first, options.first + options.seeds))
    totals = Totals()
    with ProcessPoolExecutor(options.jobs) as pool:
        running: set[Future[Simulated | str]] = set()
        while True:
            while len(running) < options.jobs and (end is None or time.monotonic() < end):
                if (seed := next(seeds, None)) is None:
                    break
                running.add(pool.submit(run_seed, options.app, options.commands, seed))
            if not running:
                break
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                totals.add(future.result())
    totals.show()
    return 1 if totals.broken else 0


class Totals:
    """The totals of the seeds so far."""

    def __init__(self) -> None:
        self.seeds = self.broken = self.commits = self.looks = 0
        self._shown = self._began = time.monotonic()

    def add(self, result: Simulated | str) -> None:
        """Count a result. Print a failure at once, and the progress now and then."""
        self.seeds += 1
        if isinstance(result, str):
            self.broken += 1
            print(result, end="\n\n", flush=True)
        else:
            self.commits += result.commits
            self.looks += result.looks
        if time.monotonic() - self._shown > PROGRESS:
            self._shown = time.monotonic()
            self.show()

    def show(self) -> None:
        seconds = time.monotonic() - self._began
        print(
            f"{self.seeds} seeds, {self.broken} broken, {self.commits} commits, {self.looks} lists read, {seconds:.0f} s",
            flush=True,
        )


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m ascend.testing", description="Simulate a whole system, seed after seed."
    )
    parser.add_argument("--app", default=LIFE_OS, metavar="MODULE:NAME", help="the application (default: the Life OS)")
    parser.add_argument("--commands", default=LIFE_OS_COMMANDS, metavar="MODULE:NAME", help="makes its random commands")
    parser.add_argument("--first", type=int, default=1, metavar="SEED", help="the first seed (default: 1)")
    parser.add_argument(
        "--seeds", type=int, metavar="COUNT", help="seeds to run (default: as many as fit into the time)"
    )
    parser.add_argument("--minutes", type=float, metavar="MINUTES", help="start no seed after this time")
    parser.add_argument("--jobs", type=int, default=1, metavar="COUNT", help="processes at once (default: 1)")
    options = parser.parse_args(arguments)
    if options.seeds is None and options.minutes is None:
        parser.error("say how many --seeds, or how many --minutes")
    for name in ("seeds", "minutes", "jobs"):
        if (value := getattr(options, name)) is not None and not value > 0:
            parser.error(f"--{name} is {value}: it must be more than 0")
    try:
        check_arguments(load(options.app), load(options.commands))
    except InvalidInput as error:
        parser.error(str(error))
    return options


if __name__ == "__main__":
    sys.exit(main())
