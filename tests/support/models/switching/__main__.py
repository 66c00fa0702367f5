"""Explores building at a position, and switching: `python -m support.models.switching SEEDS [--without GUARD] [--jobs N]`.

Entities with a group and a name; items by group, items by name, a line for each event. Workers build, catch up and keep true
what the state item names; operators and workers of new code announce, switch, withdraw, go back, retire and prune; readers
go from process to process and hand each other what they saw. All are generators that yield before every call to the store;
a scheduler interleaves them, puts them to sleep, and kills them. Time is the number of calls. What must hold:

    claims     no record claims what its builds, snapshots and commands do not hold
    shown      no reader is shown less than it waited for, saw, or was told of by another
    word       no worker takes back what an operator did, or switches away from old code that is at work
    end        after an undisturbed run, items, positions and records are as the log says

`GUARDS` are what a run can do without, to see the damage. Not in the model: fan-outs, counts and edges, clock drift,
lost replies, eventually consistent reads.
"""

import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable
from functools import partial
from multiprocessing import Pool

from support.models.switching.explore import simulate
from support.models.switching.names import GUARDS

CHUNK = 100


def explore(off: frozenset[str], seeds: Iterable[int]) -> tuple[Counter[str], Counter[str], str]:
    """Return how often each damage was seen, what happened how often, and the first damage with its seed."""
    results, stats, first = Counter[str](), Counter[str](), ""
    for seed in seeds:
        damage, happened = simulate(seed, off)
        results[damage or "no damage"] += 1
        stats += happened
        first = first or (f"seed {seed}: {damage}" if damage else "")
    return results, stats, first


def main() -> None:
    parser = ArgumentParser(description="Explore the model of building at a position, and of switching.")
    parser.add_argument("seeds", type=int)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--without", action="append", default=[], choices=GUARDS, help="a guard to do without")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    args = parser.parse_args()
    last = args.first + args.seeds
    chunks = [range(seed, min(seed + CHUNK, last)) for seed in range(args.first, last, CHUNK)]
    results, stats, first = Counter[str](), Counter[str](), ""
    with Pool(args.jobs) as pool:
        for some, happened, damage in pool.imap(partial(explore, frozenset(args.without)), chunks):
            results, stats, first = results + some, stats + happened, first or damage
    sys.stdout.write(f"{dict(results)}\n{dict(stats)}\n{first or 'no damage'}\n")


if __name__ == "__main__":
    main()
