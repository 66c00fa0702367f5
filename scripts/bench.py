"""How fast is it, next to what the store itself can do in the same run? Ratios count; seconds do not, on a shared machine.

make bench                       SQLite and DynamoDB Local
make bench ARGS="--commands 200 --store sqlite"
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import median

import anyio
import structlog
from dynamodb_local import Unavailable, dynamodb_local, environment

import ascend
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.port import Tables
from ascend.domain.runtime.concurrency import for_each

ACTOR = ascend.UserId("bench")
WORKSPACES = 50
WARM_UP = 300
ROUNDS = 15


async def raw_puts(tables: Tables, count: int, name: str) -> float:
    """Conditional puts a second, one at a time: an item of the size of a commit."""
    began = time.perf_counter()
    for number in range(count):
        item = Item(Key(f"W#{name}", f"{number:016d}"), {"id": "x" * 36, "clock": number, "body": "x" * 450})
        await tables.put(Table.EVENTS, item, Absent())
    return count / (time.perf_counter() - began)


async def workspace(store: ascend.Store) -> ascend.WorkspaceId:
    made = ascend.new_id(ascend.WorkspaceId)
    await store.execute(made, ascend.CreateWorkspace(name="Bench", owner_name="Bench"), actor=ACTOR)
    return made


async def commands(store: ascend.Store, made: ascend.WorkspaceId, count: int) -> float:
    """Commands a second, one at a time, in one workspace."""
    began = time.perf_counter()
    for number in range(count):
        task = ascend.CreateTask(task_id=ascend.new_id(ascend.TaskId), title=f"Task {number}", description="x" * 200)
        await store.execute(made, task, actor=ACTOR)
    return count / (time.perf_counter() - began)


async def commands_in_many(store: ascend.Store, count: int) -> float:
    """Commands a second, in 50 workspaces at once."""
    made = [await workspace(store) for _ in range(WORKSPACES)]
    share = max(1, count // WORKSPACES)
    began = time.perf_counter()

    async def some(one: ascend.WorkspaceId) -> None:
        await commands(store, one, share)

    await for_each(made, some, limit=WORKSPACES)
    return share * WORKSPACES / (time.perf_counter() - began)


async def reading(store: ascend.Store, made: ascend.WorkspaceId) -> float:
    """Events a second that are read and decoded."""
    began, position = time.perf_counter(), 1
    while commits := await store.log.commits(made, position, 1_000):
        position = commits[-1].position + 1
    return (position - 1) / (time.perf_counter() - began)


async def projecting(store: ascend.Store) -> float:
    """Events a second from the log into read items, snapshots and command records."""
    total = 0
    async for one in store.log.workspaces():
        total += (await store.log.head(one)).position
    began = time.perf_counter()
    await store.worker.run_once()
    return total / (time.perf_counter() - began)


async def measure(name: str, url: str, count: int) -> None:
    async with ascend.open_store(url, create=True) as store:
        await raw_puts(store.tables, WARM_UP, "warm-up")
        made = await workspace(store)
        await commands(store, made, WARM_UP)
        puts: list[float] = []
        one: list[float] = []
        for round_ in range(ROUNDS):  # in turns, so that the machine's moods meet both
            puts.append(await raw_puts(store.tables, count // ROUNDS, f"raw-{round_}"))
            one.append(await commands(store, made, count // ROUNDS))
        many = await commands_in_many(store, count)
        put, command = median(puts), median(one)
        ratio = median(mine / raw for mine, raw in zip(one, puts, strict=True))
        print(f"{name:>16} raw conditional puts           {put:9,.0f}/s")
        print(
            f"{name:>16} commands, one workspace        {command:9,.0f}/s   {ratio:5.2f} of the raw puts, median of {ROUNDS} turns"
        )
        print(f"{name:>16} commands, 50 workspaces        {many:9,.0f}/s   {many / put:5.2f} of the raw puts")
        print(f"{name:>16} replay: read and decoded       {await reading(store, made):9,.0f} events/s")
        print(f"{name:>16} replay: projected              {await projecting(store):9,.0f} events/s")


async def fill(url: str, count: int) -> None:
    """For one measurement of memory: commands and their projection, in a process of its own."""
    async with ascend.open_store(url, create=True) as store:
        made = await workspace(store)
        for _ in range(10):
            await commands(store, made, count // 10)
            await store.worker.run_once()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def peak(url: str, count: int) -> float:
    """MiB at the most, in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--fill", url, "--commands", str(count)], capture_output=True, text=True, check=True
    )
    return int(done.stdout.splitlines()[-1]) / 1024


def memory(name: str, urls: tuple[str, str], count: int) -> None:
    once, tenfold = peak(urls[0], count), peak(urls[1], 10 * count)
    print(f"{name:>16} peak memory, {count:,} commands     {once:9,.1f} MiB")
    print(f"{name:>16} peak memory, {10 * count:,} commands    {tenfold:9,.1f} MiB  {tenfold / once:5.2f} of that")


@asynccontextmanager
async def stores(only: str) -> AsyncGenerator[dict[str, tuple[str, str, str]]]:
    """Three fresh stores of each kind, by their URLs."""
    async with AsyncExitStack() as stack:
        found: dict[str, tuple[str, str, str]] = {}
        if only in {"sqlite", "both"}:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            found["SQLite"] = (f"sqlite:///{folder}/a.db", f"sqlite:///{folder}/b.db", f"sqlite:///{folder}/c.db")
        if only in {"dynamodb", "both"}:
            try:
                endpoint = stack.enter_context(dynamodb_local())
            except Unavailable as error:
                print(f"DynamoDB Local: not run ({error})")
            else:
                os.environ.update(environment(endpoint))
                options = f"?region=eu-west-1&endpoint_url={endpoint}"
                found["DynamoDB Local"] = (f"dynamodb://a{options}", f"dynamodb://b{options}", f"dynamodb://c{options}")
        yield found


async def run(only: str, count: int) -> None:
    async with stores(only) as found:
        for name, (url, small, large) in found.items():
            await measure(name, url, count)
            await anyio.to_thread.run_sync(memory, name, (small, large), count)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", choices=["sqlite", "dynamodb", "both"], default="both")
    parser.add_argument("--commands", type=int, default=600)
    parser.add_argument("--fill", help=argparse.SUPPRESS)
    said = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    if said.fill:
        anyio.run(fill, said.fill, said.commands)
    else:
        anyio.run(run, said.store, said.commands)


if __name__ == "__main__":
    main()
