"""A process that measures one figure with one code: `python -m bench.child FIGURE KIND ROOT SIZES`.

It prepares the figure, prints a line, and then takes a turn for each line that it reads. It prints each turn as JSON, and ends
when its input ends.
"""

import json
import sys
from dataclasses import asdict

import anyio
import structlog

from bench.catalog import FIGURES
from bench.measuring import set_aside_garbage
from bench.place import Place
from bench.sizes import Sizes

READY = "ready"
ERROR = 40


async def run(figure: str, place: Place, sizes: Sizes) -> None:
    async with FIGURES[figure](place, sizes) as take_turn:
        print(READY, flush=True)
        while await anyio.to_thread.run_sync(sys.stdin.readline):
            set_aside_garbage()
            print(json.dumps(asdict(await take_turn())), flush=True)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(ERROR))
    anyio.run(run, sys.argv[1], Place(sys.argv[2], sys.argv[3]), Sizes.from_json(sys.argv[4]))
