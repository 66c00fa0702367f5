"""A store of another application: the command line names `--app`, and changes nothing."""

import re
from pathlib import Path

import anyio
import pytest
from support.applications import LEDGER, AccountId, OpenAccount
from support.cli.command_line import AscendCommand, make_command

import ascend as library
from ascend.testing import ADA, HOME

APP = "support.applications:LEDGER"


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A store of the application `ledger`, projected."""

    async def fill(url: str) -> None:
        async with library.open_store(url, create=True, app=LEDGER) as store:
            await store.execute(HOME, library.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
            await store.execute(HOME, OpenAccount(account=AccountId.derive("rent"), title="Rent"), actor=ADA)
            await store.worker.run_once()

    anyio.run(fill, url := f"sqlite:///{tmp_path / 'ledger.db'}")
    return url


@pytest.fixture
def ascend(url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> AscendCommand:
    monkeypatch.setenv("ASCEND_STORE", url)
    return make_command(capsys)


@pytest.mark.parametrize(
    "command",
    [
        ("worker",),
        ("worker", "--until-caught-up"),
        ("rebuild",),
        ("rebuild", "members"),
        ("ready",),
        ("ready", "--wait"),
        ("switch",),
        ("roll-back",),
        ("withdraw",),
        ("prune",),
        ("prune", "--now"),
        ("verify",),
        ("init",),
        ("erase", "Home", "--yes", "--workers-stopped"),
    ],
)
def test_a_job_of_another_application_is_refused_and_nothing_is_lost(
    ascend: AscendCommand, command: tuple[str, ...]
) -> None:
    before = ascend("--app", APP, "digest").out

    refused = ascend(*command)

    assert (refused.code, refused.out) == (4, "")
    assert re.search(r"ascend: .*`ascend --app`.*\[ledger, .*account\.opened.*life-os\]\n\Z", refused.err)
    assert ascend("--app", APP, "digest").out == before
    assert ascend("--app", APP, "verify").code == 0


def test_the_doctor_and_the_status_say_whose_store_it_is(ascend: AscendCommand) -> None:
    examined = ascend("doctor")
    assert (examined.code, "ledger" in examined.out, "--app" in examined.out) == (1, True, True)
    assert ascend("--app", APP, "doctor").code == 0
    assert "belongs to another application" in ascend("status").err
    assert ascend("--app", APP, "status").err == ""
    assert "belongs to another application" in ascend("members", "Home").err


def test_the_own_application_goes_on_as_ever(ascend: AscendCommand) -> None:
    for command in (("worker", "--until-caught-up"), ("rebuild",), ("prune", "--now"), ("verify",)):
        assert ascend("--app", APP, *command).code == 0


def test_what_needs_things_and_tasks_says_so(ascend: AscendCommand) -> None:
    assert ascend("--app", APP, "history", "Home").code == 0
    for command in (("tasks", "Home"), ("history", "Home", "Rent"), ("demo",), ("import", "github", "x")):
        refused = ascend("--app", APP, *command)
        assert (refused.code, "only the Life OS has" in refused.error, "this is ledger" in refused.error) == (
            2,
            True,
            True,
        )
