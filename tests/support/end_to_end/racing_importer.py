"""An importer of issues that starts at a signal and counts its conflicts with other writers.

racing_importer.py URL FILE WORKSPACE     writes "ready", waits for a line, imports, writes the outcome (JSON)
"""

import sys
from collections.abc import Mapping
from pathlib import Path

import anyio
import orjson

import ascend
from ascend import Command, CommandId, Receipt, Ref, UserId, WorkspaceId
from ascend.adapters.importers import ImportTarget, import_github, imported_workspace


async def main(url: str, file: str, name: str) -> None:
    async with ascend.open_store(url) as store:

        async def send(
            workspace: WorkspaceId, command: Command, actor: UserId, id: CommandId, expected: Mapping[Ref, int]
        ) -> Receipt:
            importing = store.importing()
            return await importing.execute(workspace, command, actor=actor, command_id=id, expected=expected)

        write_line("ready")
        await anyio.to_thread.run_sync(sys.stdin.readline)
        summary = await import_github(
            Path(file), imported_workspace(name), name, ImportTarget(send, store.log, store.model)
        )
        outcome = {"events": summary.events, "repeated": summary.repeated, "refused": summary.refused}
        write_line(orjson.dumps({**outcome, "conflicts": store.commands.counts.conflicts}).decode())


def write_line(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _, url, file, workspace = sys.argv
    anyio.run(main, url, file, workspace)
