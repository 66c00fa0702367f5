"""Imports of real files through the command line, from commands to feeds and trees, are the same on every store."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.end_to_end import truth
from support.end_to_end.everything import Everything
from support.end_to_end.filling import fill_place, import_all
from support.end_to_end.joined import Edges, OperatorView, source_names
from support.end_to_end.places import Place, dynamodb_place, run_at_once

import ascend
from ascend import OPERATOR, Store
from ascend.adapters.importers import imported_workspace

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
Row = dict[str, Any]


async def test_the_real_files_on_sqlite(everything: Everything, folder: Path) -> None:
    place = everything.copy_to(folder)
    await check_tasks_of_quic(place)
    await check_things(place)
    await check_content(place)
    await check_second_import_adds_nothing(place, everything)


async def test_the_real_files_on_dynamodb_are_as_on_sqlite(everything: Everything, dynamodb_local_url: str) -> None:
    place = dynamodb_place(dynamodb_local_url)
    assert await fill_place(place) == everything.summaries
    await check_content(place)  # the digest covers the rest
    await check_second_import_adds_nothing(place, everything)


async def check_content(place: Place) -> None:
    await check_tasks_of_dap(place)
    await check_feeds(place)
    await check_tree_below_factory(place)
    await check_relations_images_and_tags(place)
    await check_command_line(place)
    verified = await place.run("verify")
    heads = await place.heads()
    assert (verified["clean"], verified["lag"], verified["commits"]) == (True, 0, sum(heads.values()))


async def check_second_import_adds_nothing(place: Place, everything: Everything) -> None:
    """Check this, and that the digest is that of the other store."""
    assert await place.digest() == everything.digest
    before = await place.heads()
    for name, again in (await import_all(place)).items():
        first = everything.summaries[name]
        assert (again["events"], again["refused"], again["kept"]) == (0, 0, 0)
        assert (again["records"], again["unchanged"], again["commands"]) == (first["records"], first["records"], {})
        assert first["events"] == len(list(events_of(await place.log(name))))
    await place.catch_up()
    assert await place.heads() == before
    assert await place.digest() == everything.digest


async def check_tasks_of_dap(place: Place) -> None:
    events, lines, members = await read_workspace(place, "dap")
    assert Counter(event["type"] for event in events)["comment.posted"] == 1_522 + 280 + 3_111
    assert count_kinds(events, lines) == {
        ("issue", True): 14,
        ("issue", False): 226,
        ("pull", True): 5,
        ("pull", False): 340,
    }
    assert sum(len(line["assignees"]) for line in lines) == 84
    assert open_and_assigned(lines) == {"cjpatton": 4, "tgeoghegan": 1}
    assert len(members) == 46 + 1 + 1  # one wrote inline comments only


async def check_tasks_of_quic(place: Place) -> None:
    events, lines, _ = await read_workspace(place, "quic")
    assert Counter(kind for kind, _ in count_kinds(events, lines).elements()) == {"issue": 262, "pull": 217}
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


async def check_things(place: Place) -> None:
    events, lines, members = await read_workspace(place, "parts")
    made = [event["data"]["metadata"]["source"].split()[0] for event in events if event["type"] == "thing.created"]
    assert Counter(made) == {
        "stock.stocklocation": 19,
        "part.partcategory": 27,
        "part.part": 414,
        "stock.stockitem": 1_106,
    }
    assert len(await place.run("tree", "parts")) == len(made)
    assert sum(event["type"] == "thing.moved" for event in events) == truth.count_moves()
    assert len(lines) == 16 + 12 + 6 + 6
    assert sum(line.get("due") is not None for line in lines) == 14
    assert len(members) == 4 + 1


async def check_feeds(place: Place) -> None:
    for login, count in (("martinthomson", 1), ("cjpatton", 4)):
        lines = await place.run("feed", login)
        assert sorted((line["workspace_name"], line["title"]) for line in lines) == truth.open_issues_of(login)
        assert len(lines) == count


async def check_tree_below_factory(place: Place) -> None:
    nodes = await place.run("tree", "parts", "Factory")
    names = {node["thing"]: node["name"] for node in nodes}
    assert Counter(tuple(names[thing] for thing in node["path"]) for node in nodes) == truth.expected_subtree("Factory")


async def check_relations_images_and_tags(place: Place) -> None:
    """Check, in both directions, that queries give all that the files hold. The counts show that there is no more."""
    assert truth.count_plain_references("dap") == {
        "closes": 146,
        "mentions": 129,
    }  # six are closed too, one is in another repository
    async with ascend.open_store(place.url) as store:
        for name in ("dap", "quic"):
            view = await open_view(store, name)
            pairs = truth.expected_references(name)
            edges = Counter((type, str(source), str(target)) for (source, target), type in pairs.items())
            await check_relations(view, edges)
            assert await view.tagged(truth.count_tags(name)) == truth.count_tags(name)
        view = await open_view(store, "parts")
        await check_relations(
            view, Counter((type, part(source), part(target)) for type, source, target in truth.part_relations())
        )
        shown = Counter((image, part(pk)) for image, pks in truth.parts_by_image().items() for pk in pks)
        assert await view.images() == shown
        assert await view.images_of([ref for ref, name in view.names.items() if name.startswith("part.part ")]) == shown
        assert await view.tagged(truth.count_tags("parts")) == truth.count_tags("parts")


async def open_view(store: Store, name: str) -> OperatorView:
    workspace = imported_workspace(name)
    counts = (await store.queries.workspace(workspace, viewer=OPERATOR)).counts
    assert counts == truth.expected_counts(name)
    return OperatorView(store, workspace, await source_names(store, workspace))


async def check_relations(view: OperatorView, expected: Edges) -> None:
    """Check the relations from both ends."""
    sources, targets = {source for _, source, _ in expected}, {target for _, _, target in expected}
    outwards = [ref for ref, name in view.names.items() if name in sources]
    inwards = [ref for ref, name in view.names.items() if name in targets]
    assert await view.relations(outwards, outwards=True) == expected
    assert await view.relations(inwards, outwards=False) == expected


def part(pk: int) -> str:
    return f"part.part {pk}"


async def check_command_line(place: Place) -> None:
    lines = await place.run("tasks", "parts")
    build = next(line for line in lines if line["title"].startswith("BO0010"))
    shown = await place.run("show", "parts", build["task"])
    (about,) = shown["task"]["about"]
    assert {line["title"][:6] for line in shown["related"]["subtasks"]} == truth.subtasks_of_builds()["BO0010"]
    thing = await place.run("show", "parts", about)
    pk = int(thing["thing"]["metadata"]["source"].split()[1])
    assert {line["title"][:6] for line in thing["related"]["tasks"]} >= truth.builds_of(pk) > set()
    finished = await place.run("done", "martinthomson")
    titles = sorted((entry["workspace_name"], entry["line"]["title"]) for entry in finished)
    assert titles == truth.done_tasks_of("martinthomson")


# Output of the command line


async def read_workspace(place: Place, workspace: str) -> tuple[list[Row], list[Row], list[Row]]:
    """Return events, task lines and members of a workspace."""
    tasks, members = await run_at_once(place.run, ("tasks", workspace), ("members", workspace))
    return list(events_of(await place.log(workspace))), tasks, members


def events_of(history: list[Row]) -> Iterator[Row]:
    for commit in history:
        for command in commit["commands"]:
            yield from command["events"]


def count_kinds(events: list[Row], lines: list[Row]) -> Counter[tuple[str, bool]]:
    """Count issues and pull requests, open and closed ones."""
    created = (event["data"] for event in events if event["type"] == "task.created")
    types = {data["task_id"]: data["metadata"]["type"] for data in created}
    return Counter((types[line["task"]], line["status"] == "open") for line in lines)


def open_and_assigned(lines: list[Row]) -> Counter[str]:
    return Counter(
        user.removeprefix("github:") for line in lines if line["status"] == "open" for user in line["assignees"]
    )
