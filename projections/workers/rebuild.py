"""Rebuild without downtime: build the new items beside the old ones, then switch in one write.

epochs e ──▶ build every workspace's items at e+1, from the log, by ordinary batches (queries still read e)
         ──▶ one conditional write: epochs = e+1 ──▶ every process reads e+1 within seconds ──▶ later: prune
"""

from collections.abc import Callable, Collection

from ascend.domain.errors import Contention, InvalidInput, UpgradeRequired
from ascend.domain.ids import WorkspaceId
from ascend.projections.build import Epochs, Generation
from ascend.projections.generation import CurrentGeneration
from ascend.projections.ports import LogReader, Views, find_record
from ascend.projections.workers.worker import Worker

Progress = Callable[[WorkspaceId], None]


async def rebuild(
    log: LogReader,
    views: Views,
    worker: Worker,
    current: CurrentGeneration,
    names: Collection[str] = (),
    progress: Progress | None = None,
) -> Epochs:
    """Build these projections (all, if none is named) anew and switch to them. Return the new epochs.

    Safe to stop and to run again: it goes on where it was.

    Raises:
        InvalidInput: There is no projection with one of the names.
        Contention: Another rebuild has switched meanwhile.
        LogDiverged: The other projections were built from another log. Then rebuild all.
        UpgradeRequired: This process cannot read as much of the log as was read before.
    """
    known = [projection.name for projection in current.projections]
    if unknown := sorted(set(names) - set(known)):
        raise InvalidInput(f"no projection {', '.join(unknown)}; there are {', '.join(known)}")
    old = await views.epochs()
    new = {**old, **{name: old.get(name, 0) + 1 for name in names or known}}
    before, target = current.at_epochs(old), current.at_epochs(new)
    if names:
        await build(log, views, worker, before, before)  # the projections that stay must belong to this log
    await build(log, views, worker, before, target, progress)
    await build(log, views, worker, before, target)  # commits that were appended meanwhile
    if not await views.set_epochs(old, new):
        raise Contention("another rebuild has switched meanwhile: look at `status`, then run it again if needed")
    current.refresh(new)
    await build(log, views, worker, before, target)
    return new


async def build(
    log: LogReader,
    views: Views,
    worker: Worker,
    before: Generation,
    target: Generation,
    progress: Progress | None = None,
) -> None:
    """Project every workspace up to its head. A workspace with an unreadable event does not hold up the others.

    Raises `UpgradeRequired` in the end if a workspace is less far in `target` than in `before`: a switch would show less.
    """
    behind: list[UpgradeRequired] = []
    async for workspace in log.workspaces():
        try:
            await worker.catch_up(workspace, target)
        except UpgradeRequired as error:
            if await is_behind(views, workspace, before, target):
                behind.append(error)
        if progress is not None:
            progress(workspace)
    if behind:
        raise behind[0]


async def is_behind(views: Views, workspace: WorkspaceId, before: Generation, target: Generation) -> bool:
    """Return True if `target` is rendered less far than `before`."""
    records = await views.records(workspace)
    old, new = find_record(records, before), find_record(records, target)
    return (new.rendered if new else 0) < (old.rendered if old else 0)
