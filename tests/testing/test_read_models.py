"""Given, then for read models: the engine of production renders them."""

import subprocess
import sys
from dataclasses import replace

import anyio
import pytest
from blockbuster import BlockBuster
from support.small_bank import (
    BALANCES,
    BANK,
    RECEIPTS,
    UNLUCKY,
    AccountId,
    AccountOpened,
    BalanceLine,
    Deposit,
    ReceiptLine,
)

import ascend
from ascend.domain.workspaces.workspace import WorkspaceErased
from ascend.projections.read_models.things import THINGS, ThingNode
from ascend.testing import ADA, HOME, NOON, given, workspace

MAX = ascend.UserId("max")
FIRST, SECOND = sorted((AccountId.derive("savings"), AccountId.derive("loan")))
bank = given(
    *workspace(member=MAX),
    AccountOpened(at=NOON, by=MAX, account=SECOND),
    AccountOpened(at=NOON, by=MAX, account=FIRST),
    app=BANK,
)
rich = bank.after(Deposit(account=SECOND, amount=5))


def line(account: AccountId, balance: int) -> BalanceLine:
    return BalanceLine(workspace=HOME, account=account, balance=balance)


def test_shows_compares_all_items_in_the_order_of_their_keys() -> None:
    given(*workspace(), app=BANK).shows(BALANCES)
    given(app=BANK).shows(BALANCES)
    bank.shows(BALANCES, line(FIRST, 0), line(SECOND, 0))
    rich.shows(BALANCES, line(FIRST, 0), line(SECOND, 5))


def test_items_come_in_the_order_of_their_keys_not_of_the_events() -> None:
    accounts = [AccountId.derive(str(number)) for number in range(9)]
    opened = (AccountOpened(at=NOON, by=ADA, account=account) for account in sorted(accounts, reverse=True))
    given(*workspace(), *opened, app=BANK).shows(BALANCES, *(line(account, 0) for account in sorted(accounts)))


def test_items_that_differ_are_shown() -> None:
    with pytest.raises(AssertionError) as raised:
        rich.shows(BALANCES, line(FIRST, 0), line(SECOND, 6))
    expected, actual = str(raised.value).split("actual:")
    assert "balances shows other items" in expected
    assert "    BalanceLine" in expected  # the first line is as expected
    assert "  - BalanceLine" in expected
    assert "balance=6" in expected
    assert "  + BalanceLine" in actual
    assert "balance=5" in actual


@pytest.mark.parametrize("lines", [(), (line(FIRST, 0),), (line(SECOND, 0), line(FIRST, 0))])
def test_a_missing_item_and_another_order_fail(lines: tuple[BalanceLine, ...]) -> None:
    with pytest.raises(AssertionError, match="shows other items"):
        bank.shows(BALANCES, *lines)


def test_a_projection_of_events_is_rendered_with_the_actor() -> None:
    def receipt(position: int, actor: ascend.UserId, event: str) -> ReceiptLine:
        return ReceiptLine(workspace=HOME, position=position, index=0, actor=actor, event=event)

    rich.shows(
        RECEIPTS,
        receipt(3, MAX, "account.opened"),
        receipt(4, MAX, "account.opened"),
        receipt(5, ADA, "account.deposited"),
    )


def test_a_render_that_raises_fails_the_check_with_its_error() -> None:
    unlucky = bank.after(Deposit(account=FIRST, amount=UNLUCKY))
    with pytest.raises(AssertionError, match=rf"balances cannot render\n  account#{FIRST}: .*an unlucky balance"):
        unlucky.shows(BALANCES)
    assert len(unlucky.items(RECEIPTS)) == 3  # the other projection goes on


def test_an_item_of_a_type_that_the_projection_does_not_list_fails_the_check() -> None:
    incomplete = replace(BALANCES, items=(ReceiptLine,))
    app = replace(BANK, projections=(incomplete,))
    with pytest.raises(AssertionError, match="is no item type of the projection balances"):
        given(*bank.events, app=app).items(incomplete)


def test_a_projection_of_another_application_is_refused() -> None:
    for other in (THINGS, replace(BALANCES, version=2)):
        with pytest.raises(ascend.InvalidInput, match="the application bank does not have this projection"):
            bank.shows(other)


def test_a_move_of_a_thing_renders_everything_below_it() -> None:
    house, room, box = (ascend.ThingId.derive(name) for name in ("house", "room", "box"))
    moved = given(*workspace()).after(
        ascend.CreateThing(thing_id=house, name="House"),
        ascend.CreateThing(thing_id=room, name="Room"),
        ascend.CreateThing(thing_id=box, name="Box", parent=room),
        ascend.MoveThing(thing_id=room, parent=house),
    )
    paths = {item.thing: item.path for item in moved.items(THINGS) if isinstance(item, ThingNode)}
    assert paths[box] == (house, room, box)


def test_an_erased_workspace_shows_nothing() -> None:
    rich.with_events(WorkspaceErased(at=NOON, by=ADA, workspace_id=HOME)).shows(BALANCES)


def test_read_models_are_rendered_inside_of_an_event_loop(blocking_detector: BlockBuster) -> None:
    blocking_detector.deactivate()  # it blocks the loop for a moment

    async def run() -> None:
        bank.shows(BALANCES, line(FIRST, 0), line(SECOND, 0))

    anyio.run(run)


def test_the_kit_needs_no_test_framework() -> None:
    program = "import ascend.testing, sys; print({'pytest', 'hypothesis', '_pytest'} & sys.modules.keys())"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout == "set()\n"
