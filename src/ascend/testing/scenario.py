"""Given these events, when somebody sends a command, then these events follow, or these read items are shown.

account = given(*workspace(viewer=VERA), AccountOpened(at=NOON, account=SAVINGS), app=BANK)

account.when(Deposit(account=SAVINGS, amount=5)).then(Deposited(at=NOON, account=SAVINGS, amount=5))
account.when(Withdraw(account=SAVINGS, amount=5)).refused(BelowZero)
account.when(Deposit(account=SAVINGS, amount=5), by=VERA).refused(NotAllowed)
account.when(OpenAccount(account=SAVINGS)).nothing()
account.after(Deposit(account=SAVINGS, amount=5)).shows(BALANCES, BalanceLine(workspace=HOME, account=SAVINGS, amount=5))
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from ascend.domain.errors import Refusal
from ascend.domain.event import Event
from ascend.domain.ids import Ref, UserId
from ascend.domain.runtime.arguments import to_command
from ascend.domain.runtime.commit import Commit
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.view import Entity
from ascend.projections.application import Application
from ascend.projections.item import ReadItem
from ascend.projections.life_os import LIFE_OS
from ascend.projections.projection import Projection
from ascend.testing.command_path import CommandPath, Happened
from ascend.testing.comparing import check_equal
from ascend.testing.environment import FakeEnvironment
from ascend.testing.people import ADA, NOON
from ascend.testing.recorded_log import RecordedCommit
from ascend.testing.rendering import render

S = TypeVar("S", bound=Entity)


def given(*events: Event, app: Application = LIFE_OS) -> "Scenario":
    """Return the scenario in which these events have happened in the workspace `HOME`.

    Each event is a commit of its own. Its actor is the event's field `by`; `ADA` if it has none.

    Raises:
        UpgradeRequired: an event is in no Kind of the application, or cannot be folded.
        WorkspaceIsErased: an event follows the erasure of the workspace.
        LimitExceeded: an event is too large, or touches too many entities.
    """
    return Scenario(app).with_events(*events)


class Scenario:
    """The history of one workspace. It never changes, so that many tests may begin with the same one.

    Commands are executed by the command path of production: it checks rights, archived and erased workspaces, and
    limits, loads what `preloads` names, and decides again when the decision asks for more.
    """

    def __init__(
        self, app: Application, commits: Sequence[RecordedCommit] = (), environment: FakeEnvironment | None = None
    ) -> None:
        self.app = app
        self._recorded = tuple(commits)
        self._environment = environment or FakeEnvironment()

    @property
    def commits(self) -> list[Commit]:
        """All commits. They hold the events as a reader gets them."""
        return [recorded.commit for recorded in self._recorded]

    @property
    def events(self) -> list[Event]:
        """All events that have happened, as a reader gets them."""
        return [event for commit in self.commits for event in commit.events()]

    def with_events(self, *events: Event) -> "Scenario":
        """Return the scenario in which these events have happened, too. Raises as `given` does."""
        path = self._path()
        for event in events:
            path.execute(Happened(event=event), getattr(event, "by", ADA), max(event.at, NOON))
        return self._with(path)

    def after(self, *commands: Command, by: UserId = ADA, at: datetime = NOON, imported: bool = False) -> "Scenario":
        """Return the scenario after these commands. Raises as `when` does, and the refusal of a command."""
        path = self._path()
        for command in commands:
            path.execute(self._known(command), by, at, imported=imported)
        return self._with(path)

    def when(
        self,
        command: Command,
        *,
        by: UserId = ADA,
        at: datetime = NOON,
        expected: Mapping[Ref, int] | None = None,
        imported: bool = False,
    ) -> "CommandOutcome":
        """Return the outcome of a command: its events, or the refusal. `expected` is as in `Store.execute`.

        `at` is the time of the decision. With `imported`, the command is sent through `Store.importing`: it may carry
        a time of its own.

        The events are those that a reader of the log gets: where the application still writes an older version of an
        event (`Application.writes`), the event of that version. Policies do not answer them. To test the command of a
        policy, send it by `UserId("~policies")`.

        Raises:
            InvalidInput: the command is in no Kind of the application, or an argument has the wrong type.
            UpgradeRequired: an event of the command is in no Kind, cannot be folded, or would be read differently.
            LimitExceeded: the events are too large, or touch too many entities.
            CommandFromTheFuture: the id of an entity was made after `at`.
        """
        path = self._path()
        try:
            path.execute(self._known(command), by, at, expected, imported=imported)
        except Refusal as refusal:
            return CommandOutcome(refusal)
        return CommandOutcome(self._with(path).events[len(self.events) :])

    def state(self, kind: type[S], id: str) -> S:
        """Return the state of an entity.

        Raises:
            AssertionError: it never existed.
        """
        ref = Ref(kind.entity, id)
        state = self._path().state(ref)
        if state is None:
            raise AssertionError(f"{ref} never existed")
        assert isinstance(state, kind)
        return state

    def items(self, projection: Projection) -> list[ReadItem]:
        """Return the read items of a projection, in the order of their keys, as a worker stores them.

        The engine of production projects the history on tables in memory, in an event loop and a thread of its own. So
        this may be called from any test. In a coroutine, it blocks the event loop for some milliseconds.

        Raises:
            AssertionError: the projection cannot render an entity. The message says why.
            InvalidInput: the application does not have this projection.
        """
        return render(self.app, projection, self._recorded)

    def shows(self, projection: Projection, *items: ReadItem) -> None:
        """Check that these are all read items of a projection, in the order of their keys. See `items`.

        Raises:
            AssertionError: the projection shows other items, or it cannot render an entity.
            InvalidInput: the application does not have this projection.
        """
        check_equal(f"the projection {projection.name} shows other items", items, self.items(projection))

    def _known(self, command: Command) -> Command:
        return to_command(command, self.app.commands, self.app.name)

    def _path(self) -> CommandPath:
        return CommandPath(self.app.model, self._recorded, self._environment)

    def _with(self, path: CommandPath) -> "Scenario":
        return Scenario(self.app, path.commits, self._environment)


class CommandOutcome:
    """The outcome of a command. Check it with one of `then`, `nothing` and `refused`."""

    def __init__(self, outcome: list[Event] | Refusal) -> None:
        self.outcome = outcome
        """The events of the command, or the refusal."""

    def then(self, *events: Event) -> None:
        """Check that exactly these events followed, in this order.

        Raises:
            AssertionError: other events followed, or the command was refused.
        """
        if isinstance(self.outcome, Refusal):
            check_equal("the command was refused", events, [self.outcome])
        else:
            check_equal("the command led to other events", events, self.outcome)

    def nothing(self) -> None:
        """Check that the command changed nothing, because it was so already.

        Raises:
            AssertionError: an event followed, or the command was refused.
        """
        self.then()

    def refused(self, rule: type[Refusal]) -> None:
        """Check that exactly this rule refused the command: a rule that is derived from it is another one.

        Raises:
            AssertionError: another rule refused the command, or none did.
        """
        if type(self.outcome) is not rule:
            actual = [self.outcome] if isinstance(self.outcome, Refusal) else self.outcome
            check_equal("the command was not refused by this rule", [rule], actual)
