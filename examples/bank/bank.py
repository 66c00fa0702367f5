"""A bank on the kernel of Ascend: accounts with deposits and transfers. No account is ever below zero.

ascend --app bank:APP status
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, assert_never

from pydantic import Field

import ascend

Cents = Annotated[int, Field(gt=0, le=10**12)]
LARGEST_BALANCE = 10**15
"""The largest balance, in cents."""


class AccountId(ascend.Id): ...


# Events and state


class AccountOpened(ascend.Event, tag="account.opened"):
    account_id: AccountId
    holder: ascend.UserId
    name: ascend.Name

    def touches(self) -> tuple[ascend.Ref, ...]:
        return (account_ref(self.account_id),)


class Deposited(ascend.Event, tag="account.deposited"):
    account_id: AccountId
    cents: Cents

    def touches(self) -> tuple[ascend.Ref, ...]:
        return (account_ref(self.account_id),)


class Transferred(ascend.Event, tag="account.transferred"):
    """One event changes both accounts, so money is neither lost nor made."""

    source_id: AccountId
    target_id: AccountId
    cents: Cents

    def touches(self) -> tuple[ascend.Ref, ...]:
        return account_ref(self.source_id), account_ref(self.target_id)


AccountEvents = AccountOpened | Deposited | Transferred


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Money that a user holds in a bank. It is never below zero."""

    entity: ClassVar[str] = "account"
    id: AccountId
    holder: ascend.UserId
    name: str
    cents: int = 0


def account_ref(account: AccountId) -> ascend.Ref:
    return ascend.Ref(Account.entity, account)


def evolve(account: Account | None, event: AccountEvents, me: str) -> Account:
    match event:
        case AccountOpened():
            return Account(id=event.account_id, holder=event.holder, name=event.name)
        case Deposited():
            change = event.cents
        case Transferred():
            change = -event.cents if event.source_id == me else event.cents
        case _:
            assert_never(event)
    if account is None:
        raise ValueError(f"{event.tag} before account.opened")
    return replace(account, cents=account.cents + change)


# Commands and what they refuse


class NoSuchAccount(ascend.NotFound):
    """There is no such account in this bank."""


class AccountExists(ascend.Refusal):
    """An account with this id exists."""


class NotTheHolder(ascend.NotAllowed):
    """Only its holder may transfer from an account."""


class BelowZero(ascend.Refusal):
    """The account holds less than that."""


class BalanceTooLarge(ascend.Refusal):
    """The account cannot hold that much."""


class SameAccount(ascend.Refusal):
    """A transfer is between two accounts."""


class OpenAccount(ascend.Command):
    """Open an account of the sender."""

    account_id: AccountId
    name: ascend.Name

    def preloads(self) -> tuple[ascend.Ref, ...]:
        return (account_ref(self.account_id),)

    def decide(self, view: ascend.View) -> ascend.Decision:
        if view.find(Account, self.account_id) is not None:
            raise AccountExists(self.account_id)
        return [AccountOpened(at=view.at, account_id=self.account_id, holder=view.actor, name=self.name)]


class Deposit(ascend.Command):
    """Pay into an account."""

    account_id: AccountId
    cents: Cents

    def preloads(self) -> tuple[ascend.Ref, ...]:
        return (account_ref(self.account_id),)

    def decide(self, view: ascend.View) -> ascend.Decision:
        check_room(find_account(view, self.account_id), self.cents)
        return [Deposited(at=view.at, account_id=self.account_id, cents=self.cents)]


class Transfer(ascend.Command):
    """Move money from an account of the sender to another account."""

    source_id: AccountId
    target_id: AccountId
    cents: Cents

    def preloads(self) -> tuple[ascend.Ref, ...]:
        return account_ref(self.source_id), account_ref(self.target_id)

    def decide(self, view: ascend.View) -> ascend.Decision:
        if self.source_id == self.target_id:
            raise SameAccount(self.source_id)
        source, target = find_account(view, self.source_id), find_account(view, self.target_id)
        if source.holder != view.actor:
            raise NotTheHolder(source.id)
        if source.cents < self.cents:
            raise BelowZero(source.id)
        check_room(target, self.cents)
        return [Transferred(at=view.at, source_id=source.id, target_id=target.id, cents=self.cents)]


def find_account(view: ascend.View, account_id: AccountId) -> Account:
    account = view.find(Account, account_id)
    if account is None:
        raise NoSuchAccount(account_id)
    return account


def check_room(account: Account, cents: int) -> None:
    if account.cents + cents > LARGEST_BALANCE:
        raise BalanceTooLarge(account.id)


# The read model: accounts of a bank, and accounts of a user in all their banks


class AccountLine(ascend.ReadItem, key=("W#{workspace}", "{account}")):
    """An account among all accounts of its bank."""

    account: AccountId
    holder: ascend.UserId
    name: str
    cents: int


class OwnAccountLine(ascend.ReadItem, key=("U#{user}", "{workspace}#{account}")):
    """An account among all accounts of its holder, in all banks."""

    user: ascend.UserId
    account: AccountId
    name: str
    cents: int


def render(account: Account, context: ascend.RenderContext) -> Iterable[ascend.ReadItem]:
    bank, holder, name, cents = context.workspace, account.holder, account.name, account.cents
    yield AccountLine(workspace=bank, account=account.id, holder=holder, name=name, cents=cents)
    yield OwnAccountLine(workspace=bank, user=holder, account=account.id, name=name, cents=cents)


ACCOUNTS_OF_BANK = ascend.Pattern(
    name="Accounts of a bank",
    query="accounts_of_bank",
    item=AccountLine,
    given=("workspace",),
    load=ascend.Load(reads_a_day=100, writes_a_day=1_000, items=200, in_a_year=400, page=100, bytes=300),
    hot="two puts for each transfer: a bank makes fewer than 500 a second",
)
ACCOUNTS_OF_USER = ascend.Pattern(
    name="A user's accounts in all banks",
    query="accounts_of_user",
    item=OwnAccountLine,
    given=("user",),
    load=ascend.Load(reads_a_day=500, writes_a_day=10, items=3, in_a_year=4, page=50, bytes=300, primary=True),
)

ACCOUNTS = ascend.Projection(
    "accounts", 1, (AccountLine, OwnAccountLine), {Account: render}, patterns=(ACCOUNTS_OF_BANK, ACCOUNTS_OF_USER)
)
APP = ascend.Application(
    name="bank",
    kinds=(ascend.Kind(Account, AccountEvents, evolve, commands=(OpenAccount, Deposit, Transfer)),),
    projections=(ACCOUNTS,),
)
