"""Rebuild without downtime: build beside, then switch in one write.

epochs e ──▶ build every workspace's items at e+1, from the log, by the ordinary batches (queries still read e)
         ──▶ one conditional write: epochs = e+1 ──▶ every process reads e+1 within seconds ──▶ later: prune
"""

from collections.abc import Callable, Collection

from ascend.domain.errors import Contention, InvalidInput
from ascend.domain.ids import WorkspaceId
from ascend.projections.current import CurrentGeneration
from ascend.projections.ports import LogReader, Views
from ascend.projections.projection import Epochs, Generation
from ascend.projections.worker import Worker

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
    another rebuild has switched meanwhile.
    """
    known = [projection.name for projection in current.projections]
    if unknown := sorted(set(names) - set(known)):
        raise InvalidInput(f"no projection {', '.join(unknown)}; there are {', '.join(known)}")
    old = await views.epochs()
    new = {**old, **{name: old.get(name, 0) + 1 for name in names or known}}
    target = current.at(new)
    await build(log, worker, target, progress)
    if not await views.set_epochs(old, new):
        raise Contention("another rebuild has switched meanwhile: look at `status`, then run it again if needed")
    current.learn(new)
    await build(log, worker, target, None)
    return new


async def build(log: LogReader, worker: Worker, target: Generation, progress: Progress | None) -> None:
    async for workspace in log.workspaces():
        await worker.catch_up(workspace, target)
        if progress is not None:
            progress(workspace)
