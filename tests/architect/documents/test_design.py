"""The design document of another application shows its own items and patterns, and nothing that is about the Life OS."""

import anyio
import pytest
from support.applications import KERNEL, LEDGER

from ascend.architect.documents.design import render_design
from ascend.projections.application import Application
from ascend.projections.life_os import LIFE_OS


def render(app: Application) -> str:
    return anyio.run(render_design, app)


def test_it_names_the_application_and_shows_its_items_and_patterns() -> None:
    page = render(LEDGER)

    assert page.startswith("# The schema of ledger\n")
    assert "| **Accounts of a workspace** | `accounts` | views: `pk = W#{workspace}`" in page
    assert "| AccountLine | views | `W#{workspace}#accounts.1.{epoch}` | `account#{account}` |" in page
    assert "| `accounts` | 1,000 | 100 | 50 | 90 | 20 | 400 |" in page
    assert "await queries.ask(ACCOUNTS, home, viewer=ada)" in page


def test_an_item_without_a_sample_is_shown_as_it_is_declared() -> None:
    """The sample store of the ledger has members, but no account."""
    account, member = (render(LEDGER).partition(f"**{name}**: ")[2].partition("\n```\n")[0] for name in ITEMS)

    assert "pk         W#{workspace}#accounts.1.{epoch}\n" in account
    assert account.endswith("data       JSON of {workspace: WorkspaceId, account: AccountId, title: str}")
    assert '"name":"Ben"' in member


ITEMS = ("AccountLine", "MemberLine")


@pytest.mark.parametrize("app", [LEDGER, KERNEL], ids=lambda app: app.name)
def test_nothing_in_it_is_about_the_life_os(app: Application) -> None:
    page = render(app)

    assert "<!--" not in page
    words = ("Thing", "Task", "| read units |", "## Relationships", "household")
    assert [word for word in words if word in page] == []
    (second_index,) = (line for line in page.splitlines() if line.startswith("- **gsi2**: "))
    assert second_index.endswith("No pattern reads it.")


def test_that_of_the_life_os_has_measured_figures_and_relationships() -> None:
    page = render(LIFE_OS)

    assert "<!--" not in page
    assert page.startswith("# The schema\n")
    assert "| lines | read units |" in page
    assert "## Relationships" in page


def test_an_extended_life_os_shows_samples_of_the_life_os_but_no_measured_figures() -> None:
    page = render(LIFE_OS.extended(kinds=LEDGER.kinds[1:], projections=LEDGER.projections[1:]))

    assert '"title":"Pay the rent"' in page
    assert "AccountLine" in page
    assert "read units |" not in page
