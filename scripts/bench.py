"""Measure Ascend, and the store itself in the same run for comparison.

Compare the ratios. Absolute times say little on a shared machine.

    make bench                                          SQLite and DynamoDB Local
    make bench ARGS="--commands 200 --store sqlite"     SQLite only, with fewer commands
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


async def measure_raw_puts(tables: Tables, count: int, name: str) -> float:
    """Return the conditional puts a second of items of the size of a commit, sent one at a time."""
    began = time.perf_counter()
    for number in range(count):
        item = Item(Key(f"W#{name}", f"{number:016d}"), {"id": "x" * 36, "clock": number, "body": "x" * 450})
        await tables.put(Table.EVENTS, item, Absent())
    return count / (time.perf_counter() - began)


async def create_workspace(store: ascend.Store) -> ascend.WorkspaceId:
    workspace = ascend.new_id(ascend.WorkspaceId)
    await store.execute(workspace, ascend.CreateWorkspace(name="Bench", owner_name="Bench"), actor=ACTOR)
    return workspace


async def measure_commands(store: ascend.Store, workspace: ascend.WorkspaceId, count: int) -> float:
    """Return the commands a second in one workspace, sent one at a time."""
    began = time.perf_counter()
    for number in range(count):
        task = ascend.CreateTask(task_id=ascend.new_id(ascend.TaskId), title=f"Task {number}", description="x" * 200)
        await store.execute(workspace, task, actor=ACTOR)
    return count / (time.perf_counter() - began)


async def measure_commands_in_many_workspaces(store: ascend.Store, count: int) -> float:
    """Return the commands a second in 50 workspaces at the same time."""
    workspaces = [await create_workspace(store) for _ in range(WORKSPACES)]
    share = max(1, count // WORKSPACES)
    began = time.perf_counter()

    async def send_share(workspace: ascend.WorkspaceId) -> None:
        await measure_commands(store, workspace, share)

    await for_each(workspaces, send_share, limit=WORKSPACES)
    return share * WORKSPACES / (time.perf_counter() - began)


async def measure_reading(store: ascend.Store, workspace: ascend.WorkspaceId) -> float:
    """Return the events a second that are read and decoded."""
    began, position = time.perf_counter(), 1
    while commits := await store.log.commits(workspace, position, 1_000):
        position = commits[-1].position + 1
    return (position - 1) / (time.perf_counter() - began)


async def measure_projecting(store: ascend.Store) -> float:
    """Return the events a second that become read items, snapshots and command records."""
    total = 0
    async for workspace in store.log.workspaces():
        total += (await store.log.head(workspace)).position
    began = time.perf_counter()
    await store.worker.run_once()
    return total / (time.perf_counter() - began)


async def measure_store(name: str, url: str, count: int) -> None:
    """Print all rates of one store."""
    async with ascend.open_store(url, create=True) as store:
        await measure_raw_puts(store.tables, WARM_UP, "warm-up")
        workspace = await create_workspace(store)
        await measure_commands(store, workspace, WARM_UP)
        puts, commands = await measure_in_turns(store, workspace, count // ROUNDS)
        many = await measure_commands_in_many_workspaces(store, count)
        put, command = median(puts), median(commands)
        ratio = median(rate / raw for rate, raw in zip(commands, puts, strict=True))
        compared = f"{ratio:5.2f} of the raw puts, median of {ROUNDS} turns"
        print(f"{name:>16} raw conditional puts           {put:9,.0f}/s")
        print(f"{name:>16} commands, one workspace        {command:9,.0f}/s   {compared}")
        print(f"{name:>16} commands, 50 workspaces        {many:9,.0f}/s   {many / put:5.2f} of the raw puts")
        print(f"{name:>16} replay: read and decoded       {await measure_reading(store, workspace):9,.0f} events/s")
        print(f"{name:>16} replay: projected              {await measure_projecting(store):9,.0f} events/s")


async def measure_in_turns(
    store: ascend.Store, workspace: ascend.WorkspaceId, count: int
) -> tuple[list[float], list[float]]:
    """Return the rates of raw puts and of commands. They alternate, so that changes of the machine's load affect both."""
    puts: list[float] = []
    commands: list[float] = []
    for turn in range(ROUNDS):
        puts.append(await measure_raw_puts(store.tables, count, f"raw-{turn}"))
        commands.append(await measure_commands(store, workspace, count))
    return puts, commands


async def fill_store(url: str, count: int) -> None:
    """Send commands, project them, and print the peak memory of this process in KiB."""
    async with ascend.open_store(url, create=True) as store:
        workspace = await create_workspace(store)
        for _ in range(10):
            await measure_commands(store, workspace, count // 10)
            await store.worker.run_once()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def measure_peak_memory(url: str, count: int) -> float:
    """Return the peak memory, in MiB, of a process that fills a store."""
    process = subprocess.run(
        [sys.executable, __file__, "--fill", url, "--commands", str(count)], capture_output=True, text=True, check=True
    )
    return int(process.stdout.splitlines()[-1]) / 1024


def compare_memory(name: str, urls: tuple[str, str], count: int) -> None:
    """Print the peak memory for `count` commands and for ten times as many."""
    once, tenfold = measure_peak_memory(urls[0], count), measure_peak_memory(urls[1], 10 * count)
    print(f"{name:>16} peak memory, {count:,} commands     {once:9,.1f} MiB")
    print(f"{name:>16} peak memory, {10 * count:,} commands    {tenfold:9,.1f} MiB  {tenfold / once:5.2f} of that")


@asynccontextmanager
async def fresh_stores(kind: str) -> AsyncGenerator[dict[str, tuple[str, str, str]]]:
    """Yield the URLs of three new stores for each engine of this kind."""
    async with AsyncExitStack() as stack:
        urls: dict[str, tuple[str, str, str]] = {}
        if kind in {"sqlite", "both"}:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            urls["SQLite"] = (f"sqlite:///{folder}/a.db", f"sqlite:///{folder}/b.db", f"sqlite:///{folder}/c.db")
        if kind in {"dynamodb", "both"}:
            try:
                endpoint = stack.enter_context(dynamodb_local())
            except Unavailable as error:
                print(f"DynamoDB Local: not run ({error})")
            else:
                os.environ.update(environment(endpoint))
                options = f"?region=eu-west-1&endpoint_url={endpoint}"
                urls["DynamoDB Local"] = (f"dynamodb://a{options}", f"dynamodb://b{options}", f"dynamodb://c{options}")
        yield urls


async def run(kind: str, count: int) -> None:
    async with fresh_stores(kind) as urls:
        for name, (url, small, large) in urls.items():
            await measure_store(name, url, count)
            await anyio.to_thread.run_sync(compare_memory, name, (small, large), count)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", choices=["sqlite", "dynamodb", "both"], default="both")
    parser.add_argument("--commands", type=int, default=600)
    parser.add_argument("--fill", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    if arguments.fill:
        anyio.run(fill_store, arguments.fill, arguments.commands)
    else:
        anyio.run(run, arguments.store, arguments.commands)


if __name__ == "__main__":
    main()
