"""Open accounts in two banks, move money, and show the accounts of a user in all banks: `python try_bank.py STORE`."""

import sys

import anyio
from bank import ACCOUNTS_OF_BANK, ACCOUNTS_OF_USER, APP, AccountId, BelowZero, Deposit, OpenAccount, Transfer

import ascend

ADA = ascend.UserId("ada")


async def open_bank(store: ascend.Store, name: str) -> ascend.WorkspaceId:
    """Create a bank with two accounts of Ada, and move money from the first one to the second."""
    bank, rent, food = ascend.new_id(ascend.WorkspaceId), ascend.new_id(AccountId), ascend.new_id(AccountId)
    await store.execute(bank, ascend.CreateWorkspace(name=name, owner_name="Ada"), actor=ADA)
    await store.execute(bank, OpenAccount(account_id=rent, name="Rent"), actor=ADA)
    await store.execute(bank, OpenAccount(account_id=food, name="Food"), actor=ADA)
    await store.execute(bank, Deposit(account_id=rent, cents=1_000), actor=ADA)
    await store.execute(bank, Transfer(source_id=rent, target_id=food, cents=300), actor=ADA)
    try:
        await store.execute(bank, Transfer(source_id=rent, target_id=food, cents=701), actor=ADA)
    except BelowZero as refusal:
        print(f"{name}: {refusal}")
    return bank


async def main(url: str) -> None:
    async with ascend.open_store(url, create=True, app=APP) as store:
        banks = [await open_bank(store, name) for name in ("First bank", "Second bank")]
        await store.worker_for(banks).run_once()
        for bank in banks:
            page = await store.queries.ask(ACCOUNTS_OF_BANK, bank, viewer=ADA)
            print([f"{line.name} {line.cents}" for line in page.items])
        entries = await store.queries.ask_across(ACCOUNTS_OF_USER, ADA, viewer=ADA)
        for entry in entries.items:
            print(f"{entry.workspace_name}: {entry.line.name} {entry.line.cents}")


if __name__ == "__main__":
    anyio.run(main, sys.argv[1])
