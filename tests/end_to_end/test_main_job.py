"""Real files, from commands to feeds and trees, through the command line: the same on every store."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from end_to_end.conftest import Everything
from support.end_to_end import truth
from support.end_to_end.filling import fill, import_all
from support.end_to_end.joined import Edges, Seen, names
from support.end_to_end.places import Place, at_once, dynamodb

import ascend
from ascend import OPERATOR, Store
from ascend.adapters.importers import imported_workspace

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
Row = dict[str, Any]


async def test_on_sqlite(everything: Everything, folder: Path) -> None:
    place = everything.copied_to(folder)
    await tasks_of_quic(place)
    await things(place)
    await looks_right(place)
    await again_adds_nothing(place, everything)


async def test_on_dynamodb_as_on_sqlite(everything: Everything, dynamodb_local_url: str) -> None:
    place = dynamodb(dynamodb_local_url)
    assert await fill(place) == everything.summaries
    await looks_right(place)  # the digest says the rest
    await again_adds_nothing(place, everything)


async def looks_right(place: Place) -> None:
    await tasks_of_dap(place)
    await feeds(place)
    await the_tree_below_factory(place)
    await what_hangs_together(place)
    await as_the_command_line_shows_it(place)
    verified = await place.run("verify")
    heads = await place.heads()
    assert (verified["clean"], verified["lag"], verified["commits"]) == (True, 0, sum(heads.values()))


async def again_adds_nothing(place: Place, everything: Everything) -> None:
    """The digest is the one of the other store, too."""
    assert await place.digest() == everything.digest
    before = await place.heads()
    for name, again in (await import_all(place)).items():
        first = everything.summaries[name]
        assert (again["events"], again["refused"], again["kept"]) == (0, 0, 0)
        assert (again["records"], again["commands"]) == (first["records"], first["commands"])
        assert again["repeated"] == first["events"] == before[first["workspace"]]
    await place.catch_up()
    assert await place.heads() == before
    assert await place.digest() == everything.digest


async def tasks_of_dap(place: Place) -> None:
    events, lines, members = await seen(place, "dap")
    assert Counter(event["type"] for event in events)["comment.posted"] == 1_522 + 280
    assert kinds(events, lines) == {
        ("issue", True): 14,
        ("issue", False): 226,
        ("pull", True): 5,
        ("pull", False): 340,
    }
    assert sum(len(line["assignees"]) for line in lines) == 84
    assert open_and_assigned(lines) == {"cjpatton": 4, "tgeoghegan": 1}
    assert len(members) == 46 + 1


async def tasks_of_quic(place: Place) -> None:
    events, lines, _ = await seen(place, "quic")
    assert Counter(kind for kind, _ in kinds(events, lines).elements()) == {"issue": 262, "pull": 217}
    assert sum(line["status"] == "open" for line in lines) == 133
    assert sum(len(line["assignees"]) for line in lines) == 107
    assert Counter(line["due"] for line in lines if line.get("due")) == {"2017-06-21": 11}
    assert open_and_assigned(lines) == {
        "janaiyengar": 12,
        "seanturner": 1,
        "MikeBishop": 1,
        "ianswett": 1,
        "martinthomson": 1,
    }


async def things(place: Place) -> None:
    events, lines, members = await seen(place, "parts")
    made = [event["data"]["metadata"]["source"].split()[0] for event in events if event["type"] == "thing.created"]
    assert Counter(made) == {
        "stock.stocklocation": 19,
        "part.partcategory": 27,
        "part.part": 414,
        "stock.stockitem": 1_106,
    }
    assert len(await place.run("tree", "parts")) == len(made)
    assert sum(event["type"] == "thing.moved" for event in events) == truth.moves()
    assert len(lines) == 16 + 12 + 6 + 6
    assert sum(line.get("due") is not None for line in lines) == 14
    assert len(members) == 4 + 1


async def feeds(place: Place) -> None:
    for login, count in (("martinthomson", 1), ("cjpatton", 4)):
        lines = await place.run("feed", login)
        assert sorted((line["workspace_name"], line["title"]) for line in lines) == truth.open_issues_of(login)
        assert len(lines) == count


async def the_tree_below_factory(place: Place) -> None:
    nodes = await place.run("tree", "parts", "Factory")
    names = {node["thing"]: node["name"] for node in nodes}
    assert Counter(tuple(names[thing] for thing in node["path"]) for node in nodes) == truth.subtree("Factory")


async def what_hangs_together(place: Place) -> None:
    """Both ways, all of it: each query gives what the file says, and no more, as the counts show."""
    assert truth.plain_references("dap") == {"closes": 146, "mentions": 129}  # six are closed too, one is not theirs
    async with ascend.open_store(place.url) as store:
        for name in ("dap", "quic"):
            seen = await looking(store, name)
            pairs = truth.references(name)
            edges = Counter((type, str(source), str(target)) for (source, target), type in pairs.items())
            await relations_are(seen, edges)
            assert await seen.tagged(truth.tags(name)) == truth.tags(name)
        seen = await looking(store, "parts")
        await relations_are(seen, Counter((type, part(one), part(other)) for type, one, other in truth.bills()))
        shown = Counter((image, part(pk)) for image, pks in truth.images().items() for pk in pks)
        assert await seen.images() == shown
        assert await seen.images_of([ref for ref, name in seen.names.items() if name.startswith("part.part ")]) == shown
        assert await seen.tagged(truth.tags("parts")) == truth.tags("parts")


async def looking(store: Store, name: str) -> Seen:
    workspace = imported_workspace(name)
    counts = (await store.queries.workspace(workspace, viewer=OPERATOR)).counts
    assert counts == truth.counts(name)
    return Seen(store, workspace, await names(store, workspace))


async def relations_are(seen: Seen, expected: Edges) -> None:
    """From either end."""
    sources, targets = {source for _, source, _ in expected}, {target for _, _, target in expected}
    outwards = [ref for ref, name in seen.names.items() if name in sources]
    inwards = [ref for ref, name in seen.names.items() if name in targets]
    assert await seen.relations(outwards, outwards=True) == expected
    assert await seen.relations(inwards, outwards=False) == expected


def part(pk: int) -> str:
    return f"part.part {pk}"


async def as_the_command_line_shows_it(place: Place) -> None:
    lines = await place.run("tasks", "parts")
    build = next(line for line in lines if line["title"].startswith("BO0010"))
    shown = await place.run("show", "parts", build["task"])
    (about,) = shown["task"]["about"]
    assert {line["title"][:6] for line in shown["related"]["subtasks"]} == truth.parts_of_builds()["BO0010"]
    thing = await place.run("show", "parts", about)
    pk = int(thing["thing"]["metadata"]["source"].split()[1])
    assert {line["title"][:6] for line in thing["related"]["tasks"]} >= truth.builds_of(pk) > set()
    finished = await place.run("done", "martinthomson")
    titles = sorted((entry["workspace_name"], entry["line"]["title"]) for entry in finished)
    assert titles == truth.done("martinthomson")


# What the command line says


async def seen(place: Place, workspace: str) -> tuple[list[Row], list[Row], list[Row]]:
    """Events, task lines and members of a workspace."""
    tasks, members = await at_once(place.run, ("tasks", workspace), ("members", workspace))
    return list(events_of(await place.log(workspace))), tasks, members


def events_of(history: list[Row]) -> Iterator[Row]:
    for commit in history:
        for command in commit["commands"]:
            yield from command["events"]


def kinds(events: list[Row], lines: list[Row]) -> Counter[tuple[str, bool]]:
    """How many issues and pull requests are open, how many are not."""
    created = (event["data"] for event in events if event["type"] == "task.created")
    types = {data["task_id"]: data["metadata"]["type"] for data in created}
    return Counter((types[line["task"]], line["status"] == "open") for line in lines)


def open_and_assigned(lines: list[Row]) -> Counter[str]:
    return Counter(
        user.removeprefix("github:") for line in lines if line["status"] == "open" for user in line["assignees"]
    )
