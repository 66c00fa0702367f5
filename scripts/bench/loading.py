"""Loading: real files imported by the command line, and projected then. CPU and time of a command. Uses `loaded`.

The files are those of other projects beside this one, each in a workspace of its own, again and again until there are enough
commands; without them, issues with made titles. Both rows count the start of their processes.
"""

import json
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.figure import TakeTurn
from bench.measuring import Quantities, Turn
from bench.place import Place
from bench.processes import measure_process
from bench.raw import measure_puts, open_raw
from bench.sizes import Sizes
from bench.titles import ARCHIVE, titles

ASCEND = [sys.executable, "-c", "from ascend_command import main; main()", "--json", "--store"]
MADE_ISSUES = 100


@asynccontextmanager
async def prepare(place: Place, sizes: Sizes) -> AsyncGenerator[TakeTurn]:
    numbers = iter(range(sys.maxsize))
    with tempfile.TemporaryDirectory() as folder:
        file = ARCHIVE if ARCHIVE.is_file() and sizes.loaded > MADE_ISSUES else make_archive(Path(folder), sizes.loaded)
        async with open_raw(place) as raw:

            async def take_turn() -> Turn:
                put = await measure_puts(raw, sizes.commands)
                return Turn(put, await load(place.url(f"loading{next(numbers)}"), file, sizes.loaded))

            yield take_turn


async def load(url: str, file: Path, least: int) -> dict[str, Quantities]:
    """Import the file into one workspace after the other until there are enough commands, then project them."""
    await measure_process([*ASCEND, url, "init"])
    loading, commands, workspaces = Quantities(cpu_ms=0, wall_ms=0), 0, 0
    while commands < least:
        workspaces += 1
        command = [*ASCEND, url, "import", "github", str(file), "--workspace", f"Bench {workspaces}"]
        took, printed = await measure_process(command)
        loading = add(loading, took)
        commands += sum(json.loads(printed)["commands"].values())
    projecting, _ = await measure_process([*ASCEND, url, "worker", "--until-caught-up"])
    rows = {"loaded": loading, "projected": projecting, "loaded and projected": add(loading, projecting)}
    return {f"a command, {name}": for_each_of(row, commands) for name, row in rows.items()}


def add(one: Quantities, other: Quantities) -> Quantities:
    return {name: number + other[name] for name, number in one.items()}


def for_each_of(whole: Quantities, commands: int) -> Quantities:
    each = {name: number / commands for name, number in whole.items()}
    return each | {"commands": commands, "seconds": whole["wall_ms"] / 1_000}


def make_archive(folder: Path, count: int) -> Path:
    """Write a file of issues, as the archive of a working group has them."""
    issues = [
        {"number": number, "title": title, "author": "ana", "state": "OPEN", "createdAt": "2024-03-02T08:15:00Z"}
        for number, title in zip(range(1, count + 1), titles(), strict=False)
    ]
    file = folder / "issues.json"
    file.write_text(json.dumps({"repo": "made/up", "timestamp": "2024-06-01T00:00:00Z", "issues": issues, "pulls": []}))
    return file
