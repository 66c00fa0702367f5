"""Grouped commits: logs whose commits hold the commands of many callers, and some that hold none.

log of one command a commit ──regroup──▶ the same commands, in the same order, in fewer commits
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from itertools import chain, repeat

from ascend import Store
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.body import encode
from ascend.domain.runtime.commit import Commit, make_commit
from ascend.domain.runtime.ports import START, Head
from ascend.domain.runtime.record import CommandRecord


async def regroup(source: Store, target: Store, workspace: WorkspaceId, sizes: Iterable[int]) -> list[Commit]:
    """Append the commands of a workspace to another store, so many in each commit. Return the commits there.

    A size of 0 gives a commit without commands. When the sizes are used up, each commit has one command.
    """
    commits = [commit async for commit in read_log(source, workspace)]
    records = [(commit, record) for commit in commits for record in commit.records]
    return [await append(target, workspace, group) for group in cut(records, sizes)]


async def read_log(store: Store, workspace: WorkspaceId) -> AsyncIterator[Commit]:
    position = 1
    while page := await store.log.commits(workspace, position, 1_000, consistent=True):
        for commit in page:
            yield commit
        position += len(page)


def cut(
    records: Sequence[tuple[Commit, CommandRecord]], sizes: Iterable[int]
) -> Iterator[Sequence[tuple[Commit, CommandRecord]]]:
    start, more = 0, chain(sizes, repeat(1))
    while start < len(records):
        size = next(more)
        yield records[start : start + size]
        start += size


async def append(store: Store, workspace: WorkspaceId, group: Sequence[tuple[Commit, CommandRecord]]) -> Commit:
    """Append a commit with the commands of a group. Its clock and its time are those of the last of their commits."""
    return await append_records(store, workspace, [record for _, record in group], [commit for commit, _ in group])


async def append_records(
    store: Store, workspace: WorkspaceId, records: Sequence[CommandRecord], of: Sequence[Commit] = ()
) -> Commit:
    """Append a commit with these commands behind the end of the log."""
    end = await store.log.head(workspace) if await store.log.last_position(workspace) else START
    clocks = [commit.clock for commit in of] + [record.command_id.time or 0 for record in records]
    body = encode(records)
    commit = make_commit(
        end.hash,
        workspace,
        end.position + 1,
        id=store.environment.new_id(),
        clock=max([end.clock, *clocks]),
        time=max((commit.time for commit in of), default=store.environment.now()),
        records=records,
        body=body,
    )
    assert isinstance(await store.log.append(Head(workspace, end), commit, body), Head)
    return commit
