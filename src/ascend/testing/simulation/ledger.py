"""The ledger: each command that was sent, and each answer that came back. It is compared with the log."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ascend.domain.errors import Refusal
from ascend.domain.ids import CommandId, UserId, WorkspaceId
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.record import CommandRecord
from ascend.domain.runtime.request import Receipt, Request, decide
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.view import View
from ascend.testing.simulation.expected import ExpectedWorkspace, States
from ascend.testing.simulation.journal import SimulationFailed


@dataclass(frozen=True)
class Order:
    """A command that a user sends, once or many times."""

    id: CommandId
    workspace: WorkspaceId
    command: Command
    actor: UserId

    def request(self) -> Request:
        return Request(workspace=self.workspace, command=self.command, actor=self.actor, command_id=self.id)

    def __str__(self) -> str:
        return f"{type(self.command).__name__} {self.id[-12:]} of {self.actor}"


@dataclass(frozen=True)
class Refused:
    """A refusal, with the heads of the log before the command was sent and after the answer came."""

    order: Order
    rule: str
    low: int
    high: int
    times: tuple[datetime, ...]
    """Times at which the command may have been decided, by the wall clock of the process that decided."""
    answered: int
    """The number of the answer, among all ends of sends."""


class Ledger:
    """All orders and answers of a simulation."""

    def __init__(self) -> None:
        self.orders: dict[CommandId, Order] = {}
        self.receipts: dict[CommandId, Receipt] = {}
        self.refused: list[Refused] = []
        self._sending = Counter[CommandId]()
        self._ends: dict[CommandId, int] = {}
        """The number of the end of the last send of each command, with or without an answer."""
        self._ended = 0

    def begin_send(self, order: Order) -> None:
        """Note that a process has the command."""
        self._sending[order.id] += 1

    def end_send(self, order: Order) -> int:
        """Note that nobody waits for this send any more. Return its number."""
        self._ended += 1
        self._sending[order.id] -= 1
        self._ends[order.id] = self._ended
        return self._ended

    def _is_sent_after(self, refused: Refused) -> bool:
        """Return True if the command was sent once more, or was still being sent, when it was refused."""
        id = refused.order.id
        return self._sending[id] > 0 or self._ends[id] > refused.answered

    def acknowledge(self, order: Order, receipt: Receipt) -> None:
        """Keep the receipt. Every receipt for one id must be the first one."""
        first = self.receipts.setdefault(order.id, receipt)
        if first != receipt:
            raise SimulationFailed(f"{order} was answered with {first}, then with {receipt}", order.workspace)

    def forget_after(self, heads: dict[WorkspaceId, int]) -> None:
        """Forget what was written behind these positions: a backup was restored."""
        self.receipts = {
            id: receipt for id, receipt in self.receipts.items() if receipt.position <= heads.get(receipt.workspace, 0)
        }
        self.refused.clear()

    def check(self, expected: ExpectedWorkspace) -> None:
        """Compare the answers about one workspace with its log."""
        self._check_once(expected)
        for receipt in self.receipts.values():
            if receipt.workspace == expected.workspace:
                self._check_receipt(expected, receipt)
        for commit in expected.commits:
            for number, record in enumerate(commit.records):
                self._check_decided(expected.moments[commit.position][number], expected, commit, record)
        for refused in self.refused:
            if refused.order.workspace == expected.workspace:
                check_refused(expected, refused)

    def _check_once(self, expected: ExpectedWorkspace) -> None:
        positions: dict[CommandId, int] = {}
        for commit in expected.commits:
            for record in commit.records:
                if (first := positions.get(record.command_id)) is not None:
                    raise SimulationFailed(
                        f"{self._name(record)} is in the log at {first} and at {commit.position}", commit.workspace
                    )
                positions[record.command_id] = commit.position
        for refused in self.refused:
            position = positions.get(refused.order.id, 0)
            if refused.high < position and not self._is_sent_after(refused):
                raise SimulationFailed(
                    f"{refused.order} was refused by {refused.rule} at {refused.high}, and applied at {position} afterwards",
                    expected.workspace,
                )

    def _check_receipt(self, expected: ExpectedWorkspace, receipt: Receipt) -> None:
        order = self.orders[receipt.command_id]
        commits = expected.commits[receipt.position - 1 : receipt.position]
        found = [record for commit in commits for record in commit.records if record.command_id == receipt.command_id]
        if [len(record.events) for record in found] != [receipt.events]:
            raise SimulationFailed(f"{order} was acknowledged with {receipt}, but is not there", order.workspace)

    def _check_decided(
        self, before: States, expected: ExpectedWorkspace, commit: Commit, record: CommandRecord
    ) -> None:
        """Decide the command again, on the states before it: the same events must follow."""
        order = self.orders.get(record.command_id)
        if order is None or not record.events or expected.model.writes:
            return  # a policy's command; or one that does nothing; or events that are written in an older version
        decided = decide_again(before, order, record.events[0].at)
        if decided != list(record.events):
            raise SimulationFailed(
                f"{order} at {commit.position} was decided on another state: there it leads to {decided},"
                f" and not to {list(record.events)}",
                order.workspace,
            )

    def _name(self, record: CommandRecord) -> str:
        order = self.orders.get(record.command_id)
        return f"a command {record.command_id}" if order is None else str(order)


def decide_again(states: States, order: Order, at: datetime) -> object:
    """Return the events that the command leads to, or the name of the rule that refuses it."""
    try:
        return list(decide(order.request(), View(order.workspace, order.actor, at, AllLoaded(states))))
    except Refusal as refusal:
        return refusal.rule


def check_refused(expected: ExpectedWorkspace, refused: Refused) -> None:
    """Check that the rule refuses the command on one of the states that the log had while it was decided."""
    decided = [
        decide_again(states, refused.order, at)
        for moments in (expected.moments[refused.low][-1:], *expected.moments[refused.low + 1 : refused.high + 1])
        for states in moments
        for at in refused.times
    ]
    if refused.rule not in decided:
        raise SimulationFailed(
            f"{refused.order} was refused by {refused.rule} between {refused.low} and {refused.high}, where it leads to"
            f" {decided[:5]}",
            refused.order.workspace,
        )


class AllLoaded(States):
    """States in which every entity is loaded."""

    def __contains__(self, ref: object) -> bool:
        return True


def command_ids(commits: Iterable[Commit]) -> list[CommandId]:
    """Return the ids of all commands in these commits."""
    return [record.command_id for commit in commits for record in commit.records]
