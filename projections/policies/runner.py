"""Runs policies behind a worker: reads commits up to *rendered*, sends commands in answer to them, moves the positions.

    positions ─▶ commits behind them ─▶ each event's reactions, one by one, as commands ─▶ move the position

After a crash anywhere, the events behind a position are answered again: by the same commands with the same ids, which
have no second effect. So two runners on one workspace are wasteful, never wrong.
"""

from collections.abc import AsyncGenerator, Collection, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from itertools import groupby

from ascend.domain.errors import Contention, LogDiverged, OutcomeUnknown, ProjectionBehind, StoreError, UnreadableLog
from ascend.domain.ids import CommandId, WorkspaceId
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.loader import CONFIRMED_SECONDS
from ascend.domain.runtime.logs import Log
from ascend.domain.runtime.ports import Environment
from ascend.domain.runtime.reaction import reaction_id
from ascend.projections.build import Generation
from ascend.projections.deadline import is_too_late
from ascend.projections.generation import CurrentGeneration
from ascend.projections.limits import PolicyLimits
from ascend.projections.policies.install import Installation
from ascend.projections.policies.policy import Policy, PolicyContext, PolicyPosition
from ascend.projections.policies.rendered import AnswerableCommit, RenderedCommits, to_answerable
from ascend.projections.policies.sender import CommandExecutor, ReactionSender
from ascend.projections.policies.unfinished import UnfinishedAnswers
from ascend.projections.ports import LogReader
from ascend.projections.queries import Queries

log = Log("ascend.policies")
ERROR_CHARACTERS = 1_000
REMEMBERED = 1_000
"""Stalls that a process remembers. Others are logged again."""


@dataclass(slots=True)
class PolicyStep:
    """The result of one step."""

    applied: bool = False
    """True if a command appended something. It has to be projected, and policies may react to it."""
    has_more: bool = False
    """True if there is more to answer, and nothing prevents it."""
    is_held_up: bool = False
    """True if a policy did not get beyond its position: it stalls, or was put off."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The state of the policies of a workspace after a run."""

    has_more: bool = False
    """True if there is more to project or to answer."""
    is_held_up: bool = False
    """True if a policy could not answer an event: try again later."""


class PolicyRunner:
    def __init__(
        self,
        log: LogReader,
        installation: Installation,
        commands: CommandExecutor,
        queries: Queries,
        current: CurrentGeneration,
        policies: Iterable[Policy],
        environment: Environment,
        limits: PolicyLimits = PolicyLimits(),
    ) -> None:
        self.log = log
        self.installation = installation
        self.positions = installation.positions
        self.queries = queries
        self.current = current
        self.policies = {policy.name: policy for policy in policies}
        self._answered = frozenset(event for policy in self.policies.values() for event in policy.reacts)
        self.environment = environment
        self.limits = limits
        self.sender = ReactionSender(commands)
        self.counts = self.sender.counts
        self._unfinished = UnfinishedAnswers(limits)
        self._logged: dict[tuple[WorkspaceId, str], str] = {}
        """The stalls that this process has logged, with their reasons."""

    def begin_visit(self) -> RenderedCommits:
        """Return a place for the commits that a visit renders: the events that policies answer are kept there."""
        return RenderedCommits(self._answered)

    async def run(
        self,
        workspace: WorkspaceId,
        generation: Generation,
        rendered: int,
        *,
        most: int | None = None,
        visited: RenderedCommits | None = None,
    ) -> Answered:
        """Answer the events of commits that are rendered. Those that are not in `visited` are read.

        With `most`: at most so many steps, and a long answer in turns. Raises `StoreError`.
        """
        applied, steps = False, 0
        visited = visited or self.begin_visit()
        while self.policies and (most is None or steps < most):
            step = await self._step(workspace, generation, rendered, visited, in_turns=most is not None)
            applied, steps = applied or step.applied, steps + 1
            if not step.has_more:
                return Answered(applied, step.is_held_up)
        return Answered(bool(self.policies))

    async def find_behind(self, rendered: Mapping[WorkspaceId, int], *, consistent: bool) -> Collection[WorkspaceId]:
        """Return the workspaces in which a policy has not answered all that is rendered there.

        It takes one BatchGet for a hundred positions. A position that cannot be read counts as behind.
        """
        if not self.policies or not rendered:
            return ()
        positions = await self.positions.read_many(rendered, self.policies, consistent=consistent)
        reached = {key: position.position for key, position in positions.items()}
        return [
            workspace
            for workspace, end in rendered.items()
            if self.installation.has_begun_in(workspace)
            and any(reached.get((workspace, name), 0) < end for name in self.policies)
        ]

    async def _step(
        self,
        workspace: WorkspaceId,
        generation: Generation,
        rendered: int,
        visited: RenderedCommits,
        *,
        in_turns: bool,
    ) -> PolicyStep:
        """Answer some commits for every policy. Policies at the same position (mostly all of them) share one read."""
        step = PolicyStep()
        positions = await self._positions(workspace, rendered)
        behind = sorted((position for position in positions if position.position < rendered), key=to_group)
        for (after, is_stalled), group in groupby(behind, key=to_group):
            most = 1 if is_stalled else min(self.limits.commits_per_step, rendered - after)
            try:
                is_old = self.environment.elapsed() - visited.read_at > CONFIRMED_SECONDS
                commits = () if is_stalled or is_old else visited.since(after, most, rendered)
                commits = commits or await self._read(workspace, after, most)
            except UnreadableLog as error:
                step.is_held_up = True
                for position in group:
                    await self._move(position, stall(position, error))
                continue
            for position in group:
                reached = await self._answer(position, commits, step, in_turns=in_turns)
                if self.current.generation != generation:
                    step.is_held_up = True
                    return step  # rebuilt meanwhile: the queries read items that may be behind `rendered`
                await self._move(position, reached)
                step.has_more = step.has_more or position.position < reached.position < rendered
                step.is_held_up = step.is_held_up or position.position == reached.position
        return step

    async def _positions(self, workspace: WorkspaceId, rendered: int) -> Iterable[PolicyPosition]:
        """Return the position of every policy. A policy without one starts at the beginning.

        It was installed before the workspace was created. Return nothing for an erased workspace, and before the policies
        are installed.
        """
        read_at = self.environment.elapsed()
        positions = dict(await self.positions.read(workspace))
        missing = [name for name in self.policies if name not in positions]
        if missing and not (rendered and self.installation.has_begun_in(workspace) and await self._is_alive(workspace)):
            return ()
        for name in missing:
            if is_too_late(self.environment, read_at):
                return ()
            positions[name] = await self.positions.begin(PolicyPosition(workspace, name))
        return [positions[name] for name in self.policies]

    async def _is_alive(self, workspace: WorkspaceId) -> bool:
        first = await self._commits(workspace, 0, 1)
        return bool(first) and not first[0].is_erased

    async def _read(self, workspace: WorkspaceId, after: int, most: int) -> Sequence[AnswerableCommit]:
        return [to_answerable(commit, self._answered) for commit in await self._commits(workspace, after, most)]

    async def _commits(self, workspace: WorkspaceId, after: int, most: int) -> Sequence[Commit]:
        """Return at most `most` commits and, before them, the commit at the position itself, if there is one."""
        before = 1 if after else 0
        return await self.log.commits(workspace, max(1, after), most + before, consistent=True, least=1 + before)

    async def _answer(
        self, position: PolicyPosition, commits: Sequence[AnswerableCommit], step: PolicyStep, *, in_turns: bool
    ) -> PolicyPosition:
        """Answer the commits for one policy. Return the position that it reached."""
        reached, sent = position, 0
        try:
            check_answered_commit(position, commits)
            for commit in commits:
                if commit.position > position.position and sent < self.limits.reactions_per_step:
                    turn = self.limits.commands_per_turn - sent if in_turns else None
                    more = await self._answer_commit(position, commit, step, turn)
                    if more is None:
                        return reached
                    sent += more
                    reached = replace(reached, position=commit.position, commit_id=commit.id, stalled="")
        except StoreError:
            raise
        except (Contention, ProjectionBehind, OutcomeUnknown) as error:
            labels = {"policy": position.policy, "workspace": position.workspace}
            log.warning("policy.put_off", **labels, error=type(error).__name__)
        except Exception as error:  # noqa: BLE001 - whatever one policy raises, the others go on
            reached = stall(reached, error)
        return reached

    async def _answer_commit(
        self, position: PolicyPosition, commit: AnswerableCommit, step: PolicyStep, turn: int | None
    ) -> int | None:
        """Return the number of commands sent; None if the turn, of so many commands, ended before the answer did."""
        before, sent = self._unfinished.sent(position, commit), 0
        async with aclosing(self._react(self.policies[position.policy], commit, before.ids)) as answers:
            async for applied in answers:
                step.applied, sent = step.applied or applied, sent + 1
                if turn is not None and sent >= turn and self._unfinished.keep(position, before):
                    step.has_more = True
                    return None
        self._unfinished.forget(position)
        return sent

    async def _react(self, policy: Policy, commit: AnswerableCommit, sent: set[CommandId]) -> AsyncGenerator[bool]:
        """Send the commands that are not in `sent` yet. Yield for each of them True if it appended something just now."""
        for index, event, cause in commit.events:
            if (react := policy.reacts.get(type(event))) is not None:
                async with aclosing(react(event, PolicyContext(commit.workspace, self.queries))) as reactions:
                    async for reaction in reactions:
                        id = reaction_id(policy.name, commit.id, index, reaction.name)
                        if id not in sent:
                            applied = await self.sender.send(policy, reaction.command, id, commit.workspace, cause)
                            sent.add(id)
                            yield applied

    async def _move(self, old: PolicyPosition, new: PolicyPosition) -> None:
        self._log_stall(new)
        if new.stalled and new.stalled != old.stalled:
            self.counts.stalled += 1
        if new != old:
            await self.positions.move(old, new)  # if the position has moved, another runner did the same

    def _log_stall(self, position: PolicyPosition) -> None:
        """Log the stall, if this process has not logged it with the same reason."""
        name = (position.workspace, position.policy)
        if not position.stalled:
            self._logged.pop(name, None)
            return
        if self._logged.get(name) != position.stalled:
            labels = {"policy": position.policy, "workspace": position.workspace, "after": position.position}
            log.warning(
                "policy.stalled", **labels, error=position.stalled.partition(":")[0]
            )  # the status shows the rest
        self._logged[name] = position.stalled
        if len(self._logged) > REMEMBERED:
            del self._logged[next(iter(self._logged))]


def to_group(position: PolicyPosition) -> tuple[int, bool]:
    return position.position, bool(position.stalled)


def check_answered_commit(position: PolicyPosition, commits: Sequence[AnswerableCommit]) -> None:
    """Raise `LogDiverged` if the log holds another commit at the position than the one that was answered there."""
    if position.position and position.commit_id and (not commits or commits[0].id != position.commit_id):
        raise LogDiverged(f"workspace {position.workspace}, position {position.position}")


def stall(position: PolicyPosition, error: Exception) -> PolicyPosition:
    return replace(position, stalled=f"{type(error).__name__}: {error}"[:ERROR_CHARACTERS])
