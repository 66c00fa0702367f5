"""Rebuild without downtime: build the new items beside the old ones, then switch in one write.

epochs e ──▶ build every workspace's items at e+1, from the log, by ordinary batches (queries still read e)
         ──▶ one conditional write: epochs = e+1 ──▶ every process reads e+1 within seconds ──▶ later: prune
"""

from collections.abc import Callable, Collection, Mapping

from ascend.domain.errors import Contention, InvalidInput, LogDiverged, StoreError, UnreadableLog
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.logs import Log
from ascend.projections.build import Epochs, Generation
from ascend.projections.generation import CurrentGeneration
from ascend.projections.ports import LogReader, Views, find_record
from ascend.projections.workers.worker import Worker

LOG = Log("ascend.operations")

Progress = Callable[[WorkspaceId], None]
Unreadable = Mapping[WorkspaceId, Exception]
ReportUnreadable = Callable[[WorkspaceId, Exception], None]
ABANDONED = 3
"""Unfinished rebuilds of another log that a rebuild leaves behind."""
NAMED = 20
"""Workspaces that a message names."""


async def rebuild(
    log: LogReader,
    views: Views,
    worker: Worker,
    current: CurrentGeneration,
    names: Collection[str] = (),
    progress: Progress | None = None,
    report_unreadable: ReportUnreadable | None = None,
) -> Epochs:
    """Build these projections (all, if none is named) anew and switch to them. Return the new epochs.

    Safe to stop and to run again: it goes on where it was. Workspaces that cannot be read to their end, and were not
    before, are reported.

    Raises:
        InvalidInput: There is no projection with one of the names.
        Contention: Another rebuild has switched meanwhile.
        LogDiverged: The other projections were built from another log. Then rebuild all.
        UnreadableLog: This process cannot read as much of the log as was read before.
    """
    known = [projection.name for projection in current.projections]
    if unknown := sorted(set(names) - set(known)):
        raise InvalidInput(f"no projection {', '.join(unknown)}; there are {', '.join(known)}")
    old = await views.epochs()
    before = current.at_epochs(old)
    if names:
        await build(log, views, worker, before, before)  # the projections that stay must belong to this log
    new = raise_epochs(old, names or known)
    for left in reversed(range(ABANDONED + 1)):
        try:
            await build(log, views, worker, before, current.at_epochs(new), progress)
            break
        except LogDiverged:  # perhaps a rebuild was stopped, and the log was restored since: leave its items behind
            if not left:
                raise
            new = raise_epochs(new, names or known)
    target = current.at_epochs(new)
    await build(log, views, worker, before, target)  # commits that were appended meanwhile
    if not await views.set_epochs(old, new):
        raise Contention("another rebuild has switched meanwhile: look at `status`, then run it again if needed")
    current.refresh(new)
    for workspace, error in (await build(log, views, worker, before, target)).items():
        LOG.warning("rebuild.unreadable", workspace=workspace, error=str(error))
        if report_unreadable is not None:
            report_unreadable(workspace, error)
    return new


def raise_epochs(epochs: Epochs, names: Collection[str]) -> Epochs:
    """Return the epochs after one more rebuild of these projections."""
    return {**epochs, **{name: epochs.get(name, 0) + 1 for name in names}}


async def build(
    log: LogReader,
    views: Views,
    worker: Worker,
    before: Generation,
    target: Generation,
    progress: Progress | None = None,
) -> Unreadable:
    """Project every workspace up to its head. A workspace that cannot be read does not hold up the others.

    Return the workspaces that cannot be read to their end, with the reasons. Raises the first reason, in the end and
    with the names of all, if a workspace is less far in `target` than in `before`: a switch would show less.
    """
    unreadable: dict[WorkspaceId, Exception] = {}
    behind: dict[WorkspaceId, Exception] = {}
    async for workspace in log.workspaces():
        try:
            await worker.catch_up(workspace, target)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - an error in one workspace stops no other
            is_held_up = isinstance(error, LogDiverged) or await is_behind(views, workspace, before, target)
            (behind if is_held_up else unreadable)[workspace] = error
        if progress is not None:
            progress(workspace)
    if behind:
        raise refuse_switch(behind)
    return unreadable


def refuse_switch(behind: Unreadable) -> Exception:
    """Return the first error. If it is one of Ascend's, it names every workspace that holds up the switch."""
    first = next(iter(behind.values()))
    if not isinstance(first, UnreadableLog):
        return first
    return type(first)(f"{first.detail}; not switched, because of {', '.join(list(behind)[:NAMED])}")


async def is_behind(views: Views, workspace: WorkspaceId, before: Generation, target: Generation) -> bool:
    """Return True if `target` is rendered less far than `before`, or nobody knows because a record cannot be read."""
    stored = await views.stored_records(workspace)
    old, new = find_record(stored.readable, before), find_record(stored.readable, target)
    return (old is None and bool(stored.unreadable)) or (new.rendered if new else 0) < (old.rendered if old else 0)
