"""The commands that an import sends together, where the workers are behind, or where the application lacks a command."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.importers.files import issue, write_file
from support.staged import paint

import ascend
from ascend import CommandId, NotAllowed, ProjectionBehind, Receipt, WorkspaceId
from ascend.adapters.importers import Report, import_github, imported_workspace
from ascend.adapters.importers.ahead import ImportedCommand
from ascend.adapters.memory.tables import MemoryTables
from ascend.cli.operations.imports import make_target
from ascend.domain.relations.relation import Relation
from ascend.sending import Sending, Sent
from ascend.testing import ADA, HOME, FakeEnvironment

COMMANDS = [ImportedCommand(paint(n), ADA, CommandId.derive(str(n)), {}) for n in range(3)]
RECEIPT = Receipt(HOME, CommandId.derive("any"), 7, 1)
UNCHANGED = Receipt(HOME, CommandId.derive("any"), 7, 0)
REFUSAL = NotAllowed("no")
BEHIND = ProjectionBehind("far behind")
Answer = Receipt | ascend.Refusal | ProjectionBehind


@dataclass
class ScriptedStore:
    """A store whose `execute_all` answers with the next list of the script."""

    script: list[list[Answer]]
    sent: list[list[CommandId | None]] = field(default_factory=list[list[CommandId | None]])
    """The ids of the commands of each call, also None for the worker's."""
    log = model = None

    def importing(self) -> "ScriptedStore":
        return self

    @property
    def worker(self) -> "ScriptedStore":
        return self

    async def execute(self) -> None:
        raise AssertionError

    async def catch_up(self, _: WorkspaceId) -> None:
        self.sent.append([None])

    async def execute_all(self, sendings: Sequence[Sending]) -> AsyncIterator[Sent]:
        self.sent.append([sending.command_id for sending in sendings])
        for sending, answer in zip(sendings, self.script.pop(0), strict=False):
            if isinstance(answer, ProjectionBehind):
                raise answer
            yield Sent(sending, *((answer, None) if isinstance(answer, Receipt) else (None, answer)))

    async def answers(self) -> Sequence[Receipt | Exception]:
        send_all = make_target(SimpleNamespace(store=self)).send_all  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
        assert send_all is not None
        return await send_all(HOME, COMMANDS)


IDS = [command.id for command in COMMANDS]


async def test_commands_that_wait_for_a_worker_are_sent_again_after_its_work() -> None:
    store = ScriptedStore([[RECEIPT, BEHIND], [RECEIPT, BEHIND], [RECEIPT]])

    assert await store.answers() == [RECEIPT] * 3
    assert store.sent == [IDS, [None], IDS[1:], [None], IDS[2:]]


async def test_an_import_ends_where_a_workers_work_changes_nothing() -> None:
    store = ScriptedStore([[RECEIPT, BEHIND], [BEHIND], [BEHIND]])

    with pytest.raises(ProjectionBehind):
        await store.answers()
    assert store.sent == [IDS, [None], IDS[1:]]


@pytest.mark.parametrize("first", [REFUSAL, UNCHANGED])
async def test_no_predicted_version_is_sent_after_a_pause_if_a_prediction_has_failed(first: Answer) -> None:
    store = ScriptedStore([[first, BEHIND], [RECEIPT, RECEIPT]])

    assert await store.answers() == [first]
    assert store.sent == [IDS]


async def test_a_command_that_the_application_lacks_is_left_out_alone(tmp_path: Path) -> None:
    kinds = tuple(kind for kind in ascend.LIFE_OS.kinds if kind.state is not Relation)
    application = ascend.Application(name="life-os", kinds=kinds)
    store, report = ascend.Store(MemoryTables(), FakeEnvironment(), application), Report()
    file = write_file(tmp_path, [issue(1), issue(2, body="closes #1"), issue(3)])
    target = make_target(SimpleNamespace(store=store))  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]

    first, again = [
        await import_github(file, imported_workspace("Home"), "Home", target, report=report) for _ in range(2)
    ]

    assert (first.records, first.sent["CreateTask"], first.events, again.records, again.events) == (3, 3, 5, 3, 0)
    assert [(notice.kind, notice.record, notice.field) for notice in report.first] == [
        ("left out", "issue 2", "AddRelation")
    ] * 2
