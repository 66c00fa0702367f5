"""A command that was accepted once has no second effect, whatever has happened since, whoever gets it, and whenever.

This holds for commands that changed nothing, too. A refused command leaves no trace, and may be accepted later.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.random_commands import FIRST_COMMANDS, SENT_COMMANDS, SentCommand
from support.scenario import BEA, MAX, VERA, task_id
from support.simulation.busy import a_copy

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.domain.ids import CommandId
from ascend.domain.runtime.request import Receipt, Request
from ascend.domain.workspaces.command import Command
from ascend.testing import ADA, HOME, FakeEnvironment

T = task_id()
MEMBERS: tuple[Command, ...] = (
    ascend.CreateWorkspace(name="Home", owner_name="Ada"),
    ascend.AddMember(user_id=BEA, name="Bea", role=ascend.Role.ADMIN),
    ascend.AddMember(user_id=MAX, name="Max"),
    ascend.AddMember(user_id=VERA, name="Vera", role=ascend.Role.VIEWER),
)


class Between(Enum):
    """What happens between two commands."""

    WORKER = auto()
    """A worker catches up, so command records take the place of the log's tail."""
    RESTART = auto()
    """The sender's process ends, and a new one starts."""


Step = SentCommand | Between | int
"""A new command, something in between, or the number of an earlier command, which is sent again."""
STEPS: st.SearchStrategy[list[Step]] = st.lists(
    st.one_of(SENT_COMMANDS, SENT_COMMANDS, st.integers(0, 40), st.sampled_from(Between)), min_size=10, max_size=40
)


@dataclass
class History:
    """Commands on one workspace, each with its receipt. A refused command has none."""

    tables: MemoryTables
    name: str = "history"
    environment: FakeEnvironment = field(default_factory=FakeEnvironment)
    sent: list[tuple[CommandId, SentCommand, Receipt | None]] = field(
        default_factory=list[tuple[CommandId, SentCommand, Receipt | None]]
    )

    def __post_init__(self) -> None:
        self.store = ascend.Store(self.tables, self.environment)

    async def take(self, step: Step) -> None:
        match step:
            case Between.WORKER:
                await ascend.Store(self.tables, self.environment).worker.catch_up(HOME)
            case Between.RESTART:
                self.store = ascend.Store(self.tables, self.environment)
            case int():
                if self.sent:
                    await self.repeat(step % len(self.sent))
            case sent:
                await self.send(sent)

    async def send(self, sent: SentCommand) -> None:
        """Send a new command. Every second id holds no time, like those of importers."""
        self.environment.advance(seconds=1)
        number = len(self.sent)
        id = CommandId(self.environment.new_id()) if number % 2 else CommandId.derive(self.name, str(number))
        self.sent.append((id, sent, await self.execute(id, sent)))

    async def repeat(self, number: int) -> None:
        """Send an earlier command again."""
        id, sent, receipt = self.sent[number]
        head = await self.head()
        again = await self.execute(id, sent)
        if receipt is None:
            self.sent[number] = id, sent, again
            return
        assert again is not None, sent
        assert (again, again.repeated) == (receipt, True), sent
        assert await self.head() == head, sent

    async def execute(self, id: CommandId, sent: SentCommand) -> Receipt | None:
        actor, command = sent
        try:
            return await self.store.commands.execute(
                Request(workspace=HOME, command=command, actor=actor, command_id=id)
            )
        except ascend.Refusal:
            return None

    async def head(self) -> int:
        return (await self.store.log.head(HOME)).position


@pytest.fixture(scope="module")
async def beginning() -> MemoryTables:
    """A workspace with some of everything."""
    history = History(MemoryTables(), "beginning")
    for command in (*MEMBERS, *FIRST_COMMANDS):
        await history.send((ADA, command))
    return history.tables


CREATE, COMPLETE, REOPEN = (
    ascend.CreateTask(task_id=T, title="x"),
    ascend.CompleteTask(task_id=T),
    ascend.ReopenTask(task_id=T),
)
REFUSED = ascend.StartTask(task_id=T)
"""Refused while the task is done."""


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
@example(steps=[(ADA, CREATE), (ADA, COMPLETE), (BEA, COMPLETE), (ADA, REOPEN), 2])
@example(steps=[(ADA, CREATE), (ADA, COMPLETE), (ADA, REFUSED), (ADA, REOPEN), 2, (ADA, COMPLETE), (ADA, REOPEN), 2])
async def test_commands_sent_again_change_nothing_and_get_their_first_receipts(
    steps: Sequence[Step], beginning: MemoryTables
) -> None:
    history = History(await a_copy(beginning))
    history.environment.advance(days=1)
    for step in steps:
        await history.take(step)

    for number in range(len(history.sent)):
        await history.repeat(number)


@pytest.mark.parametrize("between", [(), (Between.WORKER,), (Between.RESTART,), (Between.WORKER, Between.RESTART)])
async def test_a_second_completion_sent_again_after_the_task_was_reopened_leaves_it_open(
    between: Sequence[Between], beginning: MemoryTables
) -> None:
    history = History(await a_copy(beginning))
    history.environment.advance(days=1)
    steps: list[Step] = [(ADA, CREATE), (ADA, COMPLETE), (BEA, COMPLETE), (ADA, REOPEN), *between]
    for step in steps:
        await history.take(step)

    await history.repeat(2)

    await history.take(Between.WORKER)
    assert (await history.store.queries.task(HOME, T, viewer=ADA)).status is ascend.Status.OPEN
