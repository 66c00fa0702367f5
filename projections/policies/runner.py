"""Runs policies behind a worker: reads commits up to *rendered*, sends what answers them, moves the positions.

    positions ─▶ commits behind them ─▶ each event's reactions, one by one, as commands ─▶ move the position

A crash anywhere leaves a position behind which events are answered again: by the same commands with the same ids, which
have no second effect. So two runners on one workspace are wasteful, never wrong.
"""

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Protocol

from ascend.domain.errors import (
    CommandIdReused,
    Contention,
    LimitExceeded,
    LogDiverged,
    OutcomeUnknown,
    Refusal,
    StoreError,
    UpgradeRequired,
)
from ascend.domain.ids import POLICIES, CommandId, WorkspaceId
from ascend.domain.runtime.commit import CommandRecord, Commit
from ascend.domain.runtime.logs import log, note
from ascend.domain.runtime.ports import Environment
from ascend.domain.runtime.reaction import reaction_id
from ascend.domain.runtime.request import Receipt, Request
from ascend.domain.workspaces.command import Command
from ascend.projections.generation import CurrentGeneration
from ascend.projections.policies.install import LONGEST, Installation
from ascend.projections.policies.policy import Policy, PolicyContext, PolicyPosition, PolicyPositions
from ascend.projections.ports import LogReader
from ascend.projections.projection import Generation
from ascend.projections.queries import Queries

COMMITS = 500
"""Commits a step, at most."""
REACTIONS = 100
"""A step ends behind the commit with which it has sent so many: they are sent again, to no effect, after a crash."""
TURN = 200
"""Commands behind which a follower looks at other workspaces, even where one event is not yet answered."""
LONG_ANSWERS, LONGEST_ANSWER = 20, 10_000
"""Of how many answers, and of how many commands of each, a process keeps in mind what it has sent; more are sent at once."""
WHY_CHARACTERS = 1_000


class Executes(Protocol):
    async def execute(self, request: Request) -> Receipt: ...


@dataclass(slots=True)
class PolicyCounts:
    """What became of the commands that this process's policies sent, and how often one of them stalled."""

    applied: int = 0
    nothing: int = 0
    repeated: int = 0
    refused: int = 0
    stalled: int = 0


@dataclass(slots=True)
class PolicyStep:
    """What one step came to."""

    applied: bool = False
    """A command appended something, which is to be projected, and may itself be answered."""
    left: bool = False
    """There is more to answer, and nothing in the way."""


@dataclass(slots=True)
class SentCommands:
    """What is sent so far in answer to the events of a commit."""

    commit: str
    ids: set[CommandId] = field(default_factory=set[CommandId])


class PolicyRunner:
    def __init__(
        self,
        log: LogReader,
        positions: PolicyPositions,
        commands: Executes,
        queries: Queries,
        current: CurrentGeneration,
        policies: Iterable[Policy],
        environment: Environment,
    ) -> None:
        self.log = log
        self.positions = positions
        self.commands = commands
        self.queries = queries
        self.current = current
        self.policies = {policy.name: policy for policy in policies}
        self.environment = environment
        self.counts = PolicyCounts()
        self._sent: dict[tuple[WorkspaceId, str], SentCommands] = {}
        """Of answers that take more than one turn, by workspace and policy."""
        self.installation = Installation(log, positions, self.policies, environment)

    async def run(
        self, workspace: WorkspaceId, generation: Generation, rendered: int, *, most: int | None = None
    ) -> bool:
        """Answers the events of commits that are rendered. Whether there is more to do: to project, or to answer.

        With `most`: so many steps at the most, and a long answer in turns. Raises `StoreError`.
        """
        applied, steps = False, 0
        while self.policies and (most is None or steps < most):
            step = await self._step(workspace, generation, rendered, in_turns=most is not None)
            applied, steps = applied or step.applied, steps + 1
            if not step.left:
                return applied
        return bool(self.policies)

    async def _step(
        self, workspace: WorkspaceId, generation: Generation, rendered: int, *, in_turns: bool
    ) -> PolicyStep:
        """Policies that stand at the same position share one read: mostly, that is all of them."""
        step = PolicyStep()
        here = await self._positions(workspace, rendered)
        behind = sorted((one for one in here if one.position < rendered), key=where)
        for (position, is_stalled), group in groupby(behind, key=where):
            most = 1 if is_stalled else min(COMMITS, rendered - position)
            try:
                commits = await self._commits(workspace, position, most)
            except (LogDiverged, UpgradeRequired) as error:
                for one in group:
                    await self._move(one, stalled(one, error))
                continue
            for one in group:
                now = await self._answer(one, commits, step, in_turns=in_turns)
                if self.current.generation != generation:
                    return step  # rebuilt meanwhile: the hints were of items that may not be as far
                await self._move(one, now)
                step.left = step.left or one.position < now.position < rendered
        return step

    async def _positions(self, workspace: WorkspaceId, rendered: int) -> Iterable[PolicyPosition]:
        """Where a policy has none, the workspace was created after it was installed: there it starts at the beginning."""
        started = self.environment.elapsed()
        found = dict(await self.positions.of(workspace))
        missing = [name for name in self.policies if name not in found]
        if missing:
            first = await self._commits(workspace, 0, 1) if rendered else ()
            if not first or first[0].is_erased:
                return ()
            for name in missing:
                if self.environment.elapsed() - started > LONGEST:
                    return ()
                found[name] = await self.positions.begin(PolicyPosition(workspace, name))
        return [found[name] for name in self.policies]

    async def _commits(self, workspace: WorkspaceId, after: int, most: int) -> Sequence[Commit]:
        """So many at the most, and before them the one at the position itself, where there is one."""
        before = 1 if after else 0
        return await self.log.commits(workspace, max(1, after), most + before, consistent=True, least=1 + before)

    async def _answer(
        self, one: PolicyPosition, commits: Sequence[Commit], step: PolicyStep, *, in_turns: bool
    ) -> PolicyPosition:
        """How far it came."""
        now, sent = one, 0
        try:
            check_same_log(one, commits)
            for commit in commits:
                if commit.position > one.position and sent < REACTIONS:
                    before = self._sent_before(one, commit)
                    async with aclosing(self._react(self.policies[one.policy], commit, before.ids)) as answers:
                        async for applied in answers:
                            step.applied, sent = step.applied or applied, sent + 1
                            if in_turns and sent >= TURN and self._keep(one, before):
                                step.left = True
                                return now
                    self._sent.pop((one.workspace, one.policy), None)
                    now = replace(now, position=commit.position, commit_id=commit.id, stalled="")
        except StoreError:
            raise
        except (Contention, OutcomeUnknown) as error:
            log.warning("policy.put_off", policy=one.policy, workspace=one.workspace, error=type(error).__name__)
        except Exception as error:  # noqa: BLE001 - whatever one policy does, others go on
            now = stalled(now, error)
        return now

    async def _move(self, old: PolicyPosition, new: PolicyPosition) -> None:
        if new.stalled and new.stalled != old.stalled:
            self.counts.stalled += 1
            error = new.stalled.partition(":")[0]  # status says the rest
            log.error("policy.stalled", policy=new.policy, workspace=new.workspace, after=new.position, error=error)
        if new != old:
            await self.positions.move(old, new)  # where it has moved, another runner did the same

    async def _react(self, policy: Policy, commit: Commit, sent: set[CommandId]) -> AsyncGenerator[bool]:
        """For each command that was sent, whether it appended something just now. Not again what an earlier turn sent."""
        events = ((record, event) for record in commit.records for event in record.events)
        for index, (record, event) in enumerate(events):
            if (react := policy.reacts.get(type(event))) is not None:
                async with aclosing(react(event, PolicyContext(commit.workspace, self.queries))) as reactions:
                    async for reaction in reactions:
                        id = reaction_id(policy.name, commit.id, index, reaction.name)
                        if id not in sent:
                            applied = await self._send(policy, reaction.command, id, commit.workspace, record)
                            sent.add(id)
                            yield applied

    def _sent_before(self, one: PolicyPosition, commit: Commit) -> "SentCommands":
        before = self._sent.get((one.workspace, one.policy))
        return before if before is not None and before.commit == commit.id else SentCommands(commit.id)

    def _keep(self, one: PolicyPosition, sent: "SentCommands") -> bool:
        """For the next turn. False where that is too much: then there is none, and the answer goes on."""
        answer = one.workspace, one.policy
        if len(sent.ids) > LONGEST_ANSWER or (answer not in self._sent and len(self._sent) >= LONG_ANSWERS):
            return False
        self._sent[answer] = sent
        return True

    async def _send(
        self, policy: Policy, command: Command, id: CommandId, workspace: WorkspaceId, cause: CommandRecord
    ) -> bool:
        request = Request(
            workspace=workspace,
            command=command,
            actor=POLICIES,
            command_id=id,
            correlation=cause.correlation,
            causation=cause.command_id,
        )
        who = {"policy": policy.name, "workspace": workspace, "command": type(command).__name__}
        try:
            receipt = await self.commands.execute(request)
        except (Refusal, LimitExceeded) as refusal:
            self.counts.refused += 1
            log.warning("policy.refused", **who, rule=getattr(refusal, "rule", type(refusal).__name__))
            return False
        except CommandIdReused:  # an earlier version of the policy sent something else, and that was applied
            self.counts.repeated += 1
            return False
        note("policy.reacted", **who, position=receipt.position, events=receipt.events)
        return self._count(receipt)

    def _count(self, receipt: Receipt) -> bool:
        if receipt.repeated:
            self.counts.repeated += 1
        elif receipt.events:
            self.counts.applied += 1
        else:
            self.counts.nothing += 1
        return receipt.events > 0 and not receipt.repeated


def where(one: PolicyPosition) -> tuple[int, bool]:
    return one.position, bool(one.stalled)


def check_same_log(one: PolicyPosition, commits: Sequence[Commit]) -> None:
    """Raises `LogDiverged` where another commit stands at the position than the one that was answered there."""
    if one.position and one.commit_id and (not commits or commits[0].id != one.commit_id):
        raise LogDiverged(f"workspace {one.workspace}, position {one.position}")


def stalled(one: PolicyPosition, error: Exception) -> PolicyPosition:
    return replace(one, stalled=f"{type(error).__name__}: {error}"[:WHY_CHARACTERS])
