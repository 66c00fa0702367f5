"""Applications for tests: the Life OS with other parts, and a small ledger without Things or Tasks."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

import ascend
from ascend.domain.ids import Id
from ascend.domain.runtime.model import Kind, Model
from ascend.domain.values import Label
from ascend.projections.application import Application
from ascend.projections.life_os import LIFE_OS
from ascend.projections.pattern import Load, Pattern
from ascend.projections.policies.policy import Policy
from ascend.projections.projection import Projection


def life_os(
    *,
    model: Model | None = None,
    projections: Iterable[Projection] | None = None,
    policies: Iterable[Policy] | None = None,
) -> Application:
    """Return the Life OS with these parts in place of its own. A `model` is used as it is, whatever the kinds are."""
    app = replace(
        LIFE_OS,
        projections=LIFE_OS.projections if projections is None else tuple(projections),
        policies=LIFE_OS.policies if policies is None else tuple(policies),
    )
    if model is not None:
        vars(app)["model"] = model
    return app


class AccountId(Id): ...


@dataclass(frozen=True)
class Account:
    entity: ClassVar[str] = "account"
    id: AccountId
    title: Label


class AccountOpened(ascend.Event, tag="account.opened"):
    account: AccountId
    title: Label

    def touches(self) -> tuple[ascend.Ref, ...]:
        return (ascend.Ref(Account.entity, self.account),)


class OpenAccount(ascend.Command):
    """Opens an account."""

    account: AccountId
    title: Label
    """The name that the owner gives to the account."""

    def decide(self, view: ascend.View) -> ascend.Decision:
        return [AccountOpened(account=self.account, title=self.title, at=view.at)]


class AccountLine(ascend.ReadItem, key=("W#{workspace}", "account#{account}")):
    account: AccountId
    title: Label
    """The name that the owner gave to the account."""


def render_account(account: Account, context: ascend.RenderContext) -> Iterable[ascend.ReadItem]:
    yield AccountLine(workspace=context.workspace, account=account.id, title=account.title)


ACCOUNTS: Pattern[AccountLine] = Pattern(
    name="Accounts of a workspace",
    query="accounts",
    item=AccountLine,
    given=("workspace",),
    load=Load(reads_a_day=1_000, writes_a_day=100, items=50, in_a_year=90, page=20, bytes=400, primary=True),
    hot="few accounts",
)
LEDGER = Application(
    name="ledger",
    kinds=(
        Kind(
            Account,
            AccountOpened,
            lambda _state, event, _id: Account(event.account, event.title),
            commands=(OpenAccount,),
        ),
    ),
    projections=(Projection("accounts", 1, (AccountLine,), {Account: render_account}, patterns=(ACCOUNTS,)),),
)
"""The kernel with one kind, one projection and one pattern."""
KERNEL = Application(name="kernel")
"""Only workspaces and their members."""
