"""Given, when, then for commands: each check passes when it should, and fails when it should."""

import re
from collections.abc import Callable
from datetime import timedelta

import anyio
import pytest
from support.small_bank import (
    BANK,
    Account,
    AccountEvents,
    AccountId,
    AccountOpened,
    AskNowhere,
    Audit,
    Audited,
    BelowZero,
    Deposit,
    Deposited,
    OpenAccount,
    PayAll,
    Transfer,
    Transferred,
    Unlisted,
    evolve,
)

import ascend
from ascend.domain.ids import POLICIES
from ascend.domain.workspaces.view import NotLoaded
from ascend.domain.workspaces.workspace import (
    Workspace,
    WorkspaceArchived,
    WorkspaceErased,
    WorkspaceIsArchived,
    WorkspaceIsErased,
)
from ascend.testing import ADA, HOME, NOON, CommandOutcome, given, member_added, workspace

MAX, VERA, STRANGER = (ascend.UserId(name) for name in ("max", "vera", "stranger"))
SAVINGS, LOAN = AccountId.derive("savings"), AccountId.derive("loan")
OPENED = AccountOpened(at=NOON, by=ADA, account=SAVINGS)
PAID = Deposited(at=NOON, account=SAVINGS, amount=5)
PAY = Deposit(account=SAVINGS, amount=5)
bank = given(*workspace(member=MAX, viewer=VERA), OPENED, app=BANK)


def test_then_compares_the_events_that_follow() -> None:
    bank.when(PAY).then(PAID)
    bank.when(PAY, at=NOON + timedelta(days=1)).then(PAID.model_copy(update={"at": NOON + timedelta(days=1)}))
    bank.after(PAY).when(Transfer(source=SAVINGS, target=SAVINGS, amount=5), by=MAX).then(
        Transferred(at=NOON, source=SAVINGS, target=SAVINGS, amount=5)
    )


def test_refused_compares_the_rule() -> None:
    bank.when(Transfer(source=SAVINGS, target=LOAN, amount=5)).refused(BelowZero)
    bank.after(PAY).when(Transfer(source=SAVINGS, target=LOAN, amount=5)).refused(ascend.NotFound)


def test_nothing_says_that_no_event_follows() -> None:
    bank.when(OpenAccount(account=SAVINGS)).nothing()


REFUSED = bank.when(Transfer(source=SAVINGS, target=LOAN, amount=5))


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (
            lambda: bank.when(PAY).then(),
            r"other events\nexpected:\n    \(nothing\)\nactual:\n  \+ Deposited\(.*amount=5\)",
        ),
        (lambda: bank.when(PAY).then(PAID, PAID), "other events"),
        (
            lambda: bank.when(PAY).then(PAID.model_copy(update={"amount": 6})),
            r"expected:\n  - Deposited\(.*amount=6\)\nactual:\n  \+ Deposited\(.*amount=5\)",
        ),
        (lambda: bank.when(OpenAccount(account=SAVINGS)).then(PAID), r"actual:\n    \(nothing\)"),
        (lambda: REFUSED.then(PAID), r"refused\nexpected:\n  - Deposited\(.*\nactual:\n  \+ BelowZero\(.*overdrawn"),
        (REFUSED.nothing, "refused"),
        (lambda: bank.when(PAY).nothing(), "other events"),
        (lambda: REFUSED.refused(ascend.NotFound), r"this rule\nexpected:\n.*NotFound.*\nactual:\n  \+ BelowZero"),
        (lambda: REFUSED.refused(ascend.Refusal), "not refused by this rule"),
        (lambda: bank.when(PAY).refused(BelowZero), r"not refused by this rule\n(.*\n)+  \+ Deposited"),
        (lambda: bank.when(OpenAccount(account=SAVINGS)).refused(BelowZero), r"actual:\n    \(nothing\)"),
    ],
)
def test_a_check_that_does_not_hold_shows_what_was_expected_and_what_came(
    check: Callable[[], None], message: str
) -> None:
    with pytest.raises(AssertionError, match=message):
        check()


def test_rights_are_checked_as_in_a_store() -> None:
    bank.when(PAY, by=MAX).then(PAID)
    bank.when(PAY, by=VERA).refused(ascend.NotAllowed)
    bank.when(PAY, by=STRANGER).refused(ascend.NotAllowed)
    bank.when(PAY, by=POLICIES).then(PAID)
    given(app=BANK).when(PAY).refused(ascend.NotFound)


def test_archived_and_erased_workspaces_refuse_commands() -> None:
    archived = bank.with_events(WorkspaceArchived(at=NOON, by=ADA, workspace_id=HOME))
    archived.when(PAY).refused(WorkspaceIsArchived)
    erased = bank.with_events(WorkspaceErased(at=NOON, by=ADA, workspace_id=HOME))
    erased.when(PAY).refused(WorkspaceIsErased)
    with pytest.raises(WorkspaceIsErased):
        erased.with_events(PAID)


def test_expected_versions_are_compared() -> None:
    savings = ascend.Ref("account", SAVINGS)
    bank.when(PAY, expected={savings: 1}).then(PAID)
    bank.when(PAY, expected={savings: 2}).refused(ascend.VersionConflict)
    with pytest.raises(ascend.InvalidInput, match="no entity is a 'task'"):
        bank.when(PAY, expected={ascend.Ref("task", SAVINGS): 1})


def test_a_command_is_decided_on_what_it_has_loaded_and_decided_again_for_more() -> None:
    """A transfer preloads its source only."""
    missing: list[tuple[ascend.Ref, ...]] = []

    class Counting(Transfer):
        def decide(self, view: ascend.View) -> ascend.Decision:
            try:
                return super().decide(view)
            except NotLoaded as error:
                missing.append(error.refs)
                raise

    kind = ascend.Kind(Account, AccountEvents, evolve, commands=(Counting,))
    app = ascend.Application(name="counting", kinds=(kind,))
    both = given(*bank.events, PAID, OPENED.model_copy(update={"account": LOAN}), app=app)

    both.when(Counting(source=SAVINGS, target=LOAN, amount=5)).then(
        Transferred(at=NOON, source=SAVINGS, target=LOAN, amount=5)
    )

    assert missing == [(ascend.Ref("account", LOAN),)]


def test_a_command_of_no_kind_is_invalid_input() -> None:
    with pytest.raises(ascend.InvalidInput, match="the application bank has no command Unlisted"):
        bank.when(Unlisted())
    with pytest.raises(ascend.InvalidInput, match="the application bank has no command CreateTask"):
        bank.after(ascend.CreateTask(task_id=ascend.TaskId.derive("x"), title="x"))


def test_an_event_of_no_kind_needs_an_upgrade() -> None:
    with pytest.raises(ascend.UpgradeRequired, match=r"'account\.audited' is not in the application"):
        bank.when(Audit(account=SAVINGS))
    with pytest.raises(ascend.UpgradeRequired, match=r"'account\.audited' is not in the application"):
        bank.with_events(Audited(at=NOON, account=SAVINGS))
    with pytest.raises(ascend.UpgradeRequired, match=r"'account\.opened' is not in the application"):
        given(*workspace(), OPENED)


def test_an_event_that_cannot_be_folded_is_not_given() -> None:
    with pytest.raises(ascend.UpgradeRequired, match="there is no such account"):
        given(*workspace(), PAID, app=BANK)


def test_an_entity_of_no_kind_never_existed() -> None:
    bank.when(AskNowhere()).refused(ascend.NotFound)


def test_limits_hold() -> None:
    assert isinstance(bank.when(PayAll(accounts=500)).outcome, list)
    with pytest.raises(ascend.LimitExceeded, match="at most 500 entities"):
        bank.when(PayAll(accounts=501))


def test_an_id_from_the_future_is_refused_with_a_hint() -> None:
    with pytest.raises(ascend.CommandFromTheFuture) as raised:
        bank.when(OpenAccount(account=ascend.new_id(AccountId)))
    assert "at=" in raised.value.__notes__[0]


def test_a_wrong_actor_is_invalid_input() -> None:
    with pytest.raises(ascend.InvalidInput, match="by is"):
        bank.when(PAY, by=HOME)  # type: ignore[arg-type]


def test_a_scenario_never_changes() -> None:
    rich = bank.after(PAY, PAY)
    rich.when(PAY).then(PAID)

    assert [scenario.state(Account, SAVINGS).balance for scenario in (bank, rich)] == [0, 10]
    assert rich.events == [*bank.events, PAID, PAID]
    assert [len(list(commit.events())) for commit in rich.commits] == [1] * len(rich.events)


def test_a_refused_command_of_the_history_is_raised() -> None:
    with pytest.raises(BelowZero):
        bank.after(Transfer(source=SAVINGS, target=LOAN, amount=5))


def test_the_state_of_an_entity_that_never_existed_is_an_error() -> None:
    with pytest.raises(AssertionError, match=re.escape(f"account#{LOAN} never existed")):
        bank.state(Account, LOAN)


def test_a_workspace_has_people_in_roles() -> None:
    team = given(*workspace(owner=MAX, admin=ADA, member=(VERA, STRANGER), name="Team")).state(Workspace, HOME)

    assert (team.name, {user: str(member.role) for user, member in team.members.items()}) == (
        "Team",
        {MAX: "owner", ADA: "admin", VERA: "member", STRANGER: "member"},
    )
    given(*workspace()).when(ascend.AddMember(user_id=MAX, name="Max")).then(member_added(MAX, ascend.Role.MEMBER))


def test_given_when_then_works_inside_of_an_event_loop() -> None:
    async def run() -> None:
        bank.when(PAY).then(PAID)

    anyio.run(run)


def test_the_outcome_can_be_looked_at() -> None:
    outcome: CommandOutcome = bank.when(PAY)
    assert outcome.outcome == [PAID]
    assert isinstance(REFUSED.outcome, BelowZero)
