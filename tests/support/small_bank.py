"""A tiny application on the kernel: accounts with a balance, a read model of balances, and one of receipts.

A rate is an entity that a deposit asks for only while it decides: nothing preloads it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar, assert_never

import ascend
from ascend.domain.ids import Id
from ascend.domain.runtime.commit import Commit


class AccountId(Id): ...


class AccountOpened(ascend.Event, tag="account.opened"):
    account: AccountId
    by: ascend.UserId

    def touches(self) -> tuple[ascend.Ref, ...]:
        return (ascend.Ref("account", self.account),)


class Deposited(ascend.Event, tag="account.deposited"):
    account: AccountId
    amount: int

    def touches(self) -> tuple[ascend.Ref, ...]:
        return (ascend.Ref("account", self.account),)


class Transferred(ascend.Event, tag="account.transferred"):
    source: AccountId
    target: AccountId
    amount: int

    def touches(self) -> tuple[ascend.Ref, ...]:
        return (ascend.Ref("account", self.source), ascend.Ref("account", self.target))


class Audited(ascend.Event, tag="account.audited"):
    """An event that no Kind names."""

    account: AccountId

    def touches(self) -> tuple[ascend.Ref, ...]:
        return (ascend.Ref("account", self.account),)


AccountEvents = AccountOpened | Deposited | Transferred


@dataclass(frozen=True)
class Account:
    entity: ClassVar[str] = "account"
    id: str
    balance: int = 0


@dataclass(frozen=True)
class Nowhere:
    """The state of a kind that the application does not have."""

    entity: ClassVar[str] = "nowhere"


class BelowZero(ascend.Refusal):
    """An account cannot be overdrawn."""


class OpenAccount(ascend.Command):
    account: AccountId

    def preloads(self) -> tuple[ascend.Ref, ...]:
        return (ascend.Ref("account", self.account),)

    def decide(self, view: ascend.View) -> ascend.Decision:
        if view.find(Account, self.account) is not None:
            return ascend.NOTHING
        return [AccountOpened(at=view.at, by=view.actor, account=self.account)]


class Deposit(ascend.Command):
    account: AccountId
    amount: int

    def decide(self, view: ascend.View) -> ascend.Decision:
        view.get(Account, self.account)
        return [Deposited(at=view.at, account=self.account, amount=self.amount)]


class Transfer(ascend.Command):
    source: AccountId
    target: AccountId
    amount: int

    def preloads(self) -> tuple[ascend.Ref, ...]:
        return (ascend.Ref("account", self.source),)

    def decide(self, view: ascend.View) -> ascend.Decision:
        if view.get(Account, self.source).balance < self.amount:
            raise BelowZero(self.source)
        view.get(Account, self.target)
        return [Transferred(at=view.at, source=self.source, target=self.target, amount=self.amount)]


class PayAll(ascend.Command):
    """Deposits one unit into each of many new accounts."""

    accounts: int

    def decide(self, view: ascend.View) -> ascend.Decision:
        ids = [AccountId.derive(str(number)) for number in range(self.accounts)]
        return [AccountOpened(at=view.at, by=view.actor, account=id) for id in ids]


class Audit(ascend.Command):
    account: AccountId

    def decide(self, view: ascend.View) -> ascend.Decision:
        return [Audited(at=view.at, account=self.account)]


class AskNowhere(ascend.Command):
    def decide(self, view: ascend.View) -> ascend.Decision:
        view.get(Nowhere, "here")
        return ascend.NOTHING


class Unlisted(ascend.Command):
    """A command that no Kind names."""

    def decide(self, view: ascend.View) -> ascend.Decision:
        return ascend.NOTHING


def evolve(account: Account | None, event: AccountEvents, me: str) -> Account:
    match event:
        case AccountOpened():
            return Account(me)
        case Deposited(amount=amount):
            change = amount
        case Transferred(source=source, amount=amount):
            change = -amount if me == source else amount
        case _:
            assert_never(event)
    if account is None:
        raise ValueError("there is no such account")
    return replace(account, balance=account.balance + change)


class BalanceLine(ascend.ReadItem, key=("W#{workspace}", "{account}")):
    account: AccountId
    balance: int
    note: str | None = None


class ReceiptLine(ascend.ReadItem, key=("W#{workspace}", "{position}.{index}")):
    position: int
    index: int
    actor: ascend.UserId
    event: str


def render_balance(account: Account, context: ascend.RenderContext) -> Iterable[BalanceLine]:
    if account.balance == UNLUCKY:
        raise ZeroDivisionError("an unlucky balance")
    yield BalanceLine(workspace=context.workspace, account=AccountId(account.id), balance=account.balance)


def render_receipt(commit: Commit, index: int, event: ascend.Event) -> Iterable[ReceiptLine]:
    if event.tag.startswith("account."):
        record = [record for record in commit.records for _ in record.events][index]
        yield ReceiptLine(
            workspace=commit.workspace,
            position=commit.position,
            index=index,
            actor=record.actor,
            event=event.tag,
        )


UNLUCKY = 13
BALANCES = ascend.Projection("balances", 1, (BalanceLine,), {Account: render_balance})
RECEIPTS = ascend.Projection("receipts", 1, (ReceiptLine,), events=render_receipt)
ACCOUNT = ascend.Kind(
    Account, AccountEvents, evolve, commands=(OpenAccount, Deposit, Transfer, PayAll, Audit, AskNowhere)
)
BANK = ascend.Application(name="bank", kinds=(ACCOUNT,), projections=(BALANCES, RECEIPTS))
