"""The rules and the read model of the bank. Needs pytest: `python -m pytest` in this folder."""

import pytest
from bank import (
    ACCOUNTS,
    APP,
    Account,
    AccountExists,
    AccountId,
    AccountLine,
    AccountOpened,
    BalanceTooLarge,
    BelowZero,
    Deposit,
    Deposited,
    NoSuchAccount,
    NotTheHolder,
    OpenAccount,
    OwnAccountLine,
    SameAccount,
    Transfer,
    Transferred,
)

import ascend
from ascend.testing import ADA, HOME, NOON, given, workspace

BEA, VERA = ascend.UserId("bea"), ascend.UserId("vera")
RENT, FOOD = AccountId.derive("rent"), AccountId.derive("food")
OPENED = AccountOpened(at=NOON, account_id=RENT, holder=ADA, name="Rent")
BEAS = AccountOpened(at=NOON, account_id=FOOD, holder=BEA, name="Food")
TEN = Deposited(at=NOON, account_id=RENT, cents=1_000)
PEOPLE = workspace(owner=ADA, member=BEA, viewer=VERA)

empty = given(*PEOPLE, app=APP)
two_accounts = given(*PEOPLE, OPENED, BEAS, TEN, app=APP)


def test_an_account_belongs_to_who_opens_it() -> None:
    empty.when(OpenAccount(account_id=RENT, name="Rent")).then(OPENED)
    two_accounts.when(OpenAccount(account_id=RENT, name="Again")).refused(AccountExists)
    empty.when(OpenAccount(account_id=RENT, name="Rent"), by=VERA).refused(ascend.NotAllowed)


def test_a_deposit_needs_an_account_and_room() -> None:
    two_accounts.when(Deposit(account_id=RENT, cents=1_000)).then(TEN)
    empty.when(Deposit(account_id=RENT, cents=1)).refused(NoSuchAccount)
    rich = two_accounts.with_events(*[Deposited(at=NOON, account_id=RENT, cents=10**12)] * 999)
    rich.when(Deposit(account_id=RENT, cents=10**12)).refused(BalanceTooLarge)
    with pytest.raises(ascend.InvalidInput):
        Deposit(account_id=RENT, cents=0)


def test_no_transfer_leads_below_zero() -> None:
    all_of_it = Transfer(source_id=RENT, target_id=FOOD, cents=1_000)
    two_accounts.when(all_of_it).then(Transferred(at=NOON, source_id=RENT, target_id=FOOD, cents=1_000))
    two_accounts.when(Transfer(source_id=RENT, target_id=FOOD, cents=1_001)).refused(BelowZero)
    two_accounts.after(all_of_it).when(Transfer(source_id=RENT, target_id=FOOD, cents=1)).refused(BelowZero)
    two_accounts.when(all_of_it, by=BEA).refused(NotTheHolder)
    two_accounts.when(Transfer(source_id=RENT, target_id=RENT, cents=1)).refused(SameAccount)


def test_money_is_neither_lost_nor_made() -> None:
    moved = two_accounts.after(Transfer(source_id=RENT, target_id=FOOD, cents=300))

    assert (moved.state(Account, RENT).cents, moved.state(Account, FOOD).cents) == (700, 300)


def test_the_read_model_shows_each_account_in_its_bank_and_to_its_holder() -> None:
    moved = two_accounts.after(Transfer(source_id=RENT, target_id=FOOD, cents=300))

    moved.shows(
        ACCOUNTS,
        OwnAccountLine(workspace=HOME, user=ADA, account=RENT, name="Rent", cents=700),
        OwnAccountLine(workspace=HOME, user=BEA, account=FOOD, name="Food", cents=300),
        *sorted(
            (
                AccountLine(workspace=HOME, account=RENT, holder=ADA, name="Rent", cents=700),
                AccountLine(workspace=HOME, account=FOOD, holder=BEA, name="Food", cents=300),
            ),
            key=lambda line: line.account,
        ),
    )
