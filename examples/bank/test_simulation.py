"""The bank in a system that goes wrong: crashes, lost replies, restores. More seeds: see the README of this folder."""

import pytest
from bank import APP, Account, AccountId, Deposit, OpenAccount, Transfer

import ascend
from ascend.testing import Scene, simulate


def random_command(scene: Scene) -> ascend.Command:
    """Open an account, deposit, or transfer: often more than there is, sometimes from an account of somebody else."""
    dice, accounts = scene.dice, scene.entities(Account)
    if len(accounts) < 2 or dice.random() < 0.1:
        return OpenAccount(account_id=scene.new_id(AccountId), name=f"Account {len(accounts)}")
    cents = dice.randint(1, 100)
    if dice.random() < 0.4:
        return Deposit(account_id=dice.choice(accounts).id, cents=cents)
    own = [account for account in accounts if account.holder == scene.actor] or accounts
    return Transfer(source_id=dice.choice(own).id, target_id=dice.choice(accounts).id, cents=cents)


@pytest.mark.parametrize("seed", range(1, 6))
def test_money_and_promises_survive_a_very_bad_day(seed: int) -> None:
    simulate(APP, seed=seed, commands=random_command)
