"""Rebuild without downtime: build beside, then switch in one write.

epochs e ──▶ build every workspace's items at e+1, from the log, by the ordinary batches (queries still read e)
         ──▶ one conditional write: epochs = e+1 ──▶ every process reads e+1 within seconds ──▶ later: prune
"""

from collections.abc import Callable, Collection

from ascend.domain.errors import Contention, InvalidInput, UpgradeRequired
from ascend.domain.ids import WorkspaceId
from ascend.projections.generation import CurrentGeneration
from ascend.projections.ports import LogReader, Views
from ascend.projections.projection import Epochs, Generation
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
    """Builds these projections (all, when none is named) afresh and switches to them; gives the new epochs.

    Safe to stop and to run again: it goes on where it was. Raises `InvalidInput` for an unknown name, `Contention` when
    another rebuild has switched meanwhile, `LogDiverged` when what is not named was built from another log (rebuild all
    then), `UpgradeRequired` when this process cannot read as much of the log as was read before.
    """
    known = [projection.name for projection in current.projections]
    if unknown := sorted(set(names) - set(known)):
        raise InvalidInput(f"no projection {', '.join(unknown)}; there are {', '.join(known)}")
    old = await views.epochs()
    new = {**old, **{name: old.get(name, 0) + 1 for name in names or known}}
    before, target = current.at(old), current.at(new)
    if names:
        await build(log, views, worker, before, before)  # what stays as it is must belong to this log
    await build(log, views, worker, before, target, progress)
    await build(log, views, worker, before, target)  # and what has come meanwhile
    if not await views.set_epochs(old, new):
        raise Contention("another rebuild has switched meanwhile: look at `status`, then run it again if needed")
    current.learn(new)
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
    """Brings every workspace up to its head. One that stalls does not hold up the others, but nobody may lose by it.

    So `UpgradeRequired` is raised in the end where a workspace stays behind what is read now.
    """
    behind: list[UpgradeRequired] = []
    async for workspace in log.workspaces():
        try:
            await worker.catch_up(workspace, target)
        except UpgradeRequired as error:
            rendered = {record.generation: record.rendered for record in await views.records(workspace)}
            if rendered.get(target, 0) < rendered.get(before, 0):
                behind.append(error)
        if progress is not None:
            progress(workspace)
    if behind:
        raise behind[0]
