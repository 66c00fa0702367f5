"""`ascend parked` lists what cannot be rendered, shows why, and renders it again without a new event."""

import anyio
import pytest
from support.cli.command_line import AscendCommand
from support.cli.filled_store import ADA, HOME, HOUSE, KITCHEN, OTHER_TWIN, WORK

import ascend
from ascend.projections.read_models import tags

HOUSE_REF, KITCHEN_REF = f"thing#{HOUSE}", f"thing#{KITCHEN}"


def fail(_: object) -> str:
    raise ZeroDivisionError("no [bold]keys[/]\x1b[31m")


async def add_tags(url: str) -> None:
    async with ascend.open_store(url) as store:
        for thing in (HOUSE, KITCHEN):
            await store.execute(HOME, ascend.DescribeThing(thing_id=thing, add_tags=("red",)), actor=ADA)


@pytest.fixture
def broken(url: str, ascend: AscendCommand, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The tags of two Things cannot be rendered, until this is undone."""
    with monkeypatch.context() as breaking:
        breaking.setattr(tags, "label_key", fail)
        anyio.run(add_tags, url)
        assert ascend("worker", "--until-caught-up").code == 0
    return monkeypatch


@pytest.mark.usefixtures("broken")
def test_parked_entities_are_listed_for_people_and_for_machines(ascend: AscendCommand) -> None:
    listed = ascend("parked", "list")
    assert [line.split()[:4] for line in listed.out.splitlines()] == [
        ["WORKSPACE", "PROJECTION", "ENTITY", "POSITION"],
        *([HOME, "tags", ref, position] for ref, position in sorted(((HOUSE_REF, "36"), (KITCHEN_REF, "37")))),
    ]
    assert "\x1b" not in listed.out
    rows = ascend("--json", "parked", "list", "Home").json
    assert {(row["projection"], row["entity"]) for row in rows} == {("tags", HOUSE_REF), ("tags", KITCHEN_REF)}
    assert ascend("--json", "parked", "list", "Work").json == []


@pytest.mark.usefixtures("broken")
def test_one_is_shown_with_its_error_and_its_commit(ascend: AscendCommand) -> None:
    shown = ascend("parked", "show", "Home", HOUSE).out
    assert "ZeroDivisionError: no [bold]keys[/]" in shown
    (row,) = ascend("--json", "parked", "show", HOME, HOUSE_REF).json
    assert f"ascend log show {HOME} {row['position']}" in shown
    assert row["last_good_items"] == []


@pytest.mark.usefixtures("broken")
def test_a_retry_needs_no_new_event_and_its_exit_code_says_whether_all_is_well(
    ascend: AscendCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as still_broken:
        still_broken.setattr(tags, "label_key", fail)
        failed = ascend("parked", "retry", "Home", HOUSE)
    assert (failed.code, failed.out) == (1, "Rendered 0 entities again; 1 stay parked.\n")
    assert f"{HOME} tags {HOUSE_REF} stays parked: ZeroDivisionError" in failed.err

    one = ascend("--json", "parked", "retry", "Home", HOUSE_REF)
    assert (one.code, [row["error"] for row in one.json["retried"]]) == (0, [None])
    rest = ascend("parked", "retry", "--all")
    assert (rest.code, rest.out) == (0, "Rendered 1 entity again.\n")
    assert ascend("--json", "parked", "list").json == []
    assert ascend("--json", "tagged", "Home", "red").json
    assert ascend("verify").code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("retry",), "name a workspace, or pass --all"),
        (("retry", "Home", "--all"), "name a workspace, or pass --all"),
        (("retry", "Home", "nonsense"), "`ascend parked list` lists them"),
        (("show", "Home", "thing#x\x1b[31m"), "`ascend parked list` lists them"),
        (("list", "Nowhere"), "`ascend workspaces` lists them"),
    ],
)
def test_nonsense_gets_an_error_that_says_what_to_do(
    ascend: AscendCommand, arguments: tuple[str, ...], message: str
) -> None:
    failed = ascend("parked", *arguments)
    assert failed.code in (2, 3)
    assert message in failed.error


def test_nothing_parked_is_nothing_to_do(ascend: AscendCommand) -> None:
    assert ascend("parked", "retry", "--all").out == "Rendered 0 entities again.\n"
    assert ascend("parked", "retry", WORK).code == 0
    assert ascend("--json", "parked", "retry", OTHER_TWIN).json == {"retried": []}
