"""The small bank with lists to read, and its random commands: for simulations that take little time.

An account of an unlucky balance cannot be rendered. A rank is keyed by the balance, so that lines come and go.
"""

from collections.abc import Iterable
from dataclasses import replace

from support.small_bank import (
    ACCOUNT,
    BALANCES,
    RECEIPTS,
    Account,
    AccountId,
    BalanceLine,
    Deposit,
    OpenAccount,
    Transfer,
)

import ascend
from ascend.testing import Scene

LOAD = ascend.Load(reads_a_day=1, writes_a_day=1, items=1, in_a_year=1, page=10, bytes=100)
NAMES = tuple(AccountId.derive(name) for name in ("rent", "food", "fun"))


class RankLine(
    ascend.ReadItem, key=("W#{workspace}", "rank#{rank}#{account}"), gsi1=("W#{workspace}", "{rank}#{account}")
):
    rank: str
    account: AccountId

    @property
    def counted(self) -> str:
        return f"rank.{self.rank}"


def render_rank(account: Account, context: ascend.RenderContext) -> Iterable[RankLine]:
    if account.balance > 0:
        yield RankLine(workspace=context.workspace, rank=str(account.balance % 4), account=AccountId(account.id))


ALL_BALANCES = ascend.Pattern(
    name="All balances", query="balances", item=BalanceLine, given=("workspace",), load=LOAD, hot="a test"
)
RANKED = ascend.Pattern(
    name="Accounts of a rank", query="ranked", item=RankLine, given=("workspace", "rank"), load=LOAD, hot="a test"
)
RANKS = ascend.Pattern(
    name="All ranks", query="ranks", item=RankLine, given=("workspace",), index=1, load=LOAD, hot="a test"
)
BANK = ascend.Application(
    name="bank",
    kinds=(ACCOUNT,),
    projections=(
        replace(BALANCES, patterns=(ALL_BALANCES,)),
        ascend.Projection("ranks", 1, (RankLine,), {Account: render_rank}, patterns=(RANKED, RANKS)),
        RECEIPTS,
    ),
)


def bank_command(scene: Scene) -> ascend.Command:
    """Open an account, again and again; deposit; transfer, often more than there is."""
    account, other = scene.dice.choice(NAMES), scene.dice.choice(NAMES)
    commands = (
        OpenAccount(account=account),
        OpenAccount(account=account),
        Deposit(account=account, amount=scene.dice.randint(1, 6)),
        Deposit(account=account, amount=scene.dice.randint(1, 6)),
        Transfer(source=account, target=other, amount=scene.dice.randint(1, 6)),
        Transfer(source=account, target=other, amount=scene.dice.randint(1, 6)),
    )
    return scene.dice.choice(commands)
