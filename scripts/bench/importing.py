"""Importing: CPU and time of a process that imports Ascend, beside one that imports pydantic and makes a model. Uses no size.

The start of the interpreter is taken off each row. The command line's raw is an import of typer, rich and Ascend (`to_its_imports`).
"""

import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from bench.figure import TakeTurn
from bench.measuring import Quantities, Turn
from bench.place import Place
from bench.processes import measure_process
from bench.sizes import Sizes

NOTHING = "pass"
PYDANTIC = "from pydantic import BaseModel\nclass Point(BaseModel):\n    x: int\n    y: str = ''\nPoint(x=1)"
LIBRARY = "import ascend"
PROGRAM = "import sys\nsys.argv = ['ascend', '--help']\nfrom ascend_command import main\nmain()"
ITS_IMPORTS = "import typer, rich, ascend"


@asynccontextmanager
async def prepare(place: Place, sizes: Sizes) -> AsyncGenerator[TakeTurn]:  # noqa: ARG001  every figure has these
    async def take_turn() -> Turn:  # the first one also writes the bytecode
        start = await run(NOTHING)
        raw = await run(PYDANTIC, start)
        program, its_imports = await run(PROGRAM, start), await run(ITS_IMPORTS, start)
        program["to_its_imports"] = program["cpu_ms"] / its_imports["cpu_ms"]
        return Turn(raw, {"import ascend": await run(LIBRARY, start), "ascend --help": program})

    yield take_turn


async def run(code: str, start: Quantities | None = None) -> Quantities:
    measured, _ = await measure_process([sys.executable, "-c", code])
    return {name: number - (start or {}).get(name, 0) for name, number in measured.items()}
