"""Workers: any number, anywhere. They look at workspaces and do batches until nothing is left, or go on for ever."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import anyio

from ascend.domain.errors import AccessDenied, StoreError, StoreUnavailable
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.concurrency import for_each
from ascend.domain.runtime.logs import log
from ascend.domain.runtime.ports import Environment
from ascend.projections.engine.projector import Projector
from ascend.projections.generation import CurrentGeneration
from ascend.projections.policies.runner import PolicyRunner
from ascend.projections.ports import LogReader, Views
from ascend.projections.projection import Generation

WORKSPACES = 4
"""Workspaces at once."""
BATCHES = 10
"""Of one workspace, before a follower looks at the others: a busy one must not starve them."""
CHAIN = 10
"""How often policies may answer what policies did, in one look."""
PAUSE = 1.0
"""Seconds between two looks at all workspaces, unless something wakes the worker."""
LONGEST_PAUSE = 30.0
"""After the store gave no answer, again and again."""


@dataclass(frozen=True, slots=True)
class Pass:
    """What one look at all workspaces came to."""

    workspaces: int
    batches: int
    stalled: tuple[WorkspaceId, ...]


class Worker:
    """Without `policies`, it only projects."""

    def __init__(
        self,
        log: LogReader,
        views: Views,
        projector: Projector,
        current: CurrentGeneration,
        environment: Environment,
        policies: PolicyRunner | None = None,
    ) -> None:
        self.log = log
        self.views = views
        self.projector = projector
        self.current = current
        self.environment = environment
        self.policies = policies
        self._woken = anyio.Event()

    async def catch_up(
        self, workspace: WorkspaceId, generation: Generation | None = None, *, most: int | None = None
    ) -> int:
        """Batches up to where the log ends now, by a consistent read; how many. What comes meanwhile is for the next time.

        With `most`: so many batches at the most, and what was appended just now may wait for the next look.
        No policy runs. Raises `UpgradeRequired`, `LogDiverged`, `StoreError`.
        """
        return (await self._catch_up(workspace, generation, most))[0]

    async def _catch_up(
        self, workspace: WorkspaceId, generation: Generation | None, most: int | None
    ) -> tuple[int, int]:
        """And how far it is rendered then."""
        target = (await self.log.head(workspace)).position if most is None else None
        batches, rendered, last_word = 0, 0, False
        while most is None or batches < most:
            step = await self.projector.step(workspace, generation or await self.generation(), exact=last_word)
            rendered = step.rendered
            if step.idle:
                if target is None or last_word:
                    break
                last_word = True
                continue
            batches, last_word = batches + 1, False
            if target is not None and rendered >= target:
                break
        return batches, rendered

    async def generation(self) -> Generation:
        if self.current.is_old():
            self.current.learn(await self.views.epochs())
        return self.current.generation

    async def run_once(self, progress: Callable[[WorkspaceId], None] | None = None, *, most: int | None = None) -> Pass:
        """Catches up with every workspace, then runs the policies there.

        One that stalls is left behind, marked, and named; others go on.
        """
        stalled: list[WorkspaceId] = []
        batches = [0]
        workspaces = [workspace async for workspace in self.log.workspaces()]
        if self.policies is not None:
            await self.policies.installation.run(workspaces)

        async def one(workspace: WorkspaceId) -> None:
            try:
                done = await self._look(workspace, most)
                batches[0] += done  # not in one line: others add to it during the wait
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever one workspace holds, it stops no other
                stalled.append(workspace)
                await self._mark(workspace, error)
            if progress is not None:
                progress(workspace)

        await for_each(workspaces, one, limit=WORKSPACES)
        return Pass(len(workspaces), batches[0], tuple(stalled))

    async def _look(self, workspace: WorkspaceId, most: int | None) -> int:
        """Batches, and what policies answer to them, and what follows from that; how many batches."""
        batches = 0
        for _ in range(CHAIN if most is None else 1):
            generation = await self.generation()
            done, rendered = await self._catch_up(workspace, generation, most)
            batches += done
            if self.policies is None or not await self.policies.run(
                workspace, generation, rendered, most=None if most is None else 1
            ):
                break
            self.wake()  # for what is left when this look is over
        return batches

    async def follow(self, pause: float = PAUSE) -> None:
        """Goes on until it is cancelled. A store that gives no answer is asked again, with growing pauses."""
        wait = pause
        while True:
            self._woken = anyio.Event()
            try:
                await self.run_once(most=BATCHES)
                wait = pause
            except (StoreUnavailable, AccessDenied) as error:  # credentials expire, and are renewed
                wait = min(LONGEST_PAUSE, 2 * wait)
                log.warning("worker.no_answer", error=str(error), again_in=wait)
            with anyio.move_on_after(wait):
                await self._woken.wait()

    def wake(self) -> None:
        """There may be something to do. Only a hint: the log says what."""
        self._woken.set()

    async def _mark(self, workspace: WorkspaceId, error: Exception) -> None:
        generation, why = self.current.generation, (str(error) or type(error).__name__)[:1_000]
        for record in await self.views.records(workspace):
            if record.generation == generation and record.stalled != why:
                log.error("workspace.stalled", workspace=workspace, error=type(error).__name__)  # status says why
                await self.views.move(record, replace(record, stalled=why))
