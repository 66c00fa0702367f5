"""Two workspaces with the same people: DOOMED will be erased, KEPT stays.

Every text in DOOMED holds the word "zebra", and no other text does. DOOMED holds every kind of entity and of read item, two
generations, invited people, done and deleted tasks, things that moved and things that were deleted, and mentions. Its last
commits are not projected.
"""

from datetime import UTC, date, datetime

from support.scenario import BEA, MAX, VERA, comment_id, id_of, task_id, thing_id
from support.simulation.busy import everything

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.store import stubs
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.port import Tables
from ascend.adapters.table.typed import to_typed
from ascend.domain.ids import Id, Ref
from ascend.testing import ADA, FakeEnvironment

ZOE = ascend.UserId("zoe-zebra")
"""A member of DOOMED only."""
PEOPLE = (ADA, BEA, MAX, VERA, ZOE)
DOOMED, KEPT = (ascend.WorkspaceId.derive(name) for name in ("doomed", "kept"))
SECRET = "zebra"
LONG_AGO = datetime(2019, 5, 4, tzinfo=UTC)

HOUSE, ROOM, SHELF, OLD = (thing_id(f"doomed {name}") for name in ("house", "room", "shelf", "old"))
PAINT, SWEEP, GONE, LATE = (task_id(f"doomed {name}") for name in ("paint", "sweep", "gone", "late"))
WORDS, DEED = comment_id("doomed words"), id_of(ascend.AssetId, "doomed deed")
IDS: tuple[Id, ...] = (HOUSE, ROOM, SHELF, OLD, PAINT, SWEEP, GONE, LATE, WORDS, DEED)

PROJECTED: tuple[ascend.Command, ...] = (
    ascend.CreateWorkspace(name="Zebra home", owner_name="Ada Zebra", at=LONG_AGO),
    *(ascend.AddMember(user_id=user, name=f"{user} zebra") for user in (BEA, ZOE)),
    ascend.InviteMember(user_id=VERA),
    ascend.DescribeWorkspace(tags=("zebra-striped",), metadata={"zebra": "yes"}),
    ascend.CreateThing(thing_id=HOUSE, name="Zebra house", at=LONG_AGO),
    *(ascend.CreateThing(thing_id=thing, name=f"Zebra {thing}", parent=HOUSE) for thing in (ROOM, SHELF, OLD)),
    ascend.MoveThing(thing_id=SHELF, parent=ROOM),
    ascend.DeleteThing(thing_id=OLD),
    ascend.AddRelation(source=Ref("thing", HOUSE), type="zebra of", target=Ref("thing", ROOM)),
    ascend.CreateAsset(asset_id=DEED, kind=ascend.AssetKind.DOCUMENT, name="Zebra deed", uri="https://zebra.example/"),
    ascend.LinkAsset(asset_id=DEED, to=Ref("thing", ROOM)),
    *(ascend.CreateTask(task_id=t, title=f"Zebra {t}", about=(ROOM,), tags=("zebra",)) for t in (PAINT, SWEEP, GONE)),
    ascend.ScheduleTask(task_id=PAINT, due=date(2026, 1, 5)),
    *(ascend.AssignTask(task_id=task, users=(ADA, BEA, ZOE)) for task in (PAINT, SWEEP, GONE)),
    ascend.CompleteTask(task_id=SWEEP),
    ascend.PostComment(comment_id=WORDS, task_id=PAINT, text="Zebra?", mentions=(BEA, ZOE)),
)
AFTER_A_REBUILD: tuple[ascend.Command, ...] = (
    ascend.DeleteTask(task_id=GONE),
    ascend.UnassignTask(task_id=PAINT, users=(ZOE,)),
    ascend.RenameThing(thing_id=ROOM, name="Zebra room"),
)
NOT_PROJECTED: tuple[ascend.Command, ...] = (
    ascend.CreateTask(task_id=LATE, title="Zebra late"),
    ascend.AssignTask(task_id=LATE, users=(BEA,)),
)
COMMITS = len(PROJECTED) + len(AFTER_A_REBUILD) + len(NOT_PROJECTED)

CHORE = task_id("kept chore")
KEPT_COMMANDS: tuple[ascend.Command, ...] = (
    ascend.CreateWorkspace(name="Kept", owner_name="Ada"),
    *(ascend.AddMember(user_id=user, name=user.title()) for user in (BEA, MAX)),
    ascend.CreateTask(task_id=CHORE, title="Chore"),
    ascend.AssignTask(task_id=CHORE, users=(ADA, BEA)),
    ascend.PostComment(comment_id=comment_id("kept"), task_id=CHORE, text="Yes?", mentions=(BEA,)),
)


async def fill_store(tables: Tables, environment: FakeEnvironment, *, rebuilt: bool = True) -> ascend.Store:
    """Write both workspaces. With `rebuilt`, also the items of a second generation."""
    store = ascend.Store(tables, environment)
    await send_all(store, KEPT, KEPT_COMMANDS)
    await send_all(store, DOOMED, PROJECTED)
    await store.worker.run_once()
    if rebuilt:
        await store.rebuild("feed")
    await send_all(store, DOOMED, AFTER_A_REBUILD)
    await store.worker.run_once()
    await send_all(store, DOOMED, NOT_PROJECTED)
    environment.advance(seconds=60)
    return store


async def send_all(store: ascend.Store, workspace: ascend.WorkspaceId, commands: tuple[ascend.Command, ...]) -> None:
    for command in commands:  # some of them are of long ago, as an import sends them
        await store.importing().execute(workspace, command, actor=ADA)


# Stored items


def item_text(table: Table, item: Item) -> str:
    """Return all keys and attributes of the item as one text."""
    return str(to_typed(table, item)[0])


async def find_traces(tables: Tables) -> list[str]:
    """Return the texts of stored items that tell anything about DOOMED, except that its slots are taken."""
    texts = [(table, item, item_text(table, item).casefold()) for table, item in await everything(tables)]
    forbidden = (SECRET, *IDS)
    telling = [text for _, _, text in texts if any(word in text for word in forbidden)]
    return telling + [text for table, item, text in texts if DOOMED in text and not is_kept_slot(table, item)]


def is_kept_slot(table: Table, item: Item) -> bool:
    """Return True for the items that an erasure keeps: the registry entry, the stubs and the erasure itself."""
    if table is not Table.EVENTS:
        return False
    if item.key.sk == DOOMED:
        return item.key.pk.startswith("R#") and item.attributes == {"erased": True}
    if item.key.pk != f"W#{DOOMED}":
        return False
    return is_stub(item) or '["workspace.erased",1,' in str(item.attributes["body"])


def is_stub(item: Item) -> bool:
    """Return True for what stands in place of a commit: nothing of its content."""
    chained = {"time", "of", "body_hash", "hash"}
    return stubs.is_stub(item) and set(item.attributes) - chained == {"id", "clock", "format"}


async def items_of_others(tables: Tables) -> set[str]:
    """Return the texts of all items that do not belong to DOOMED."""
    return {text for table, item in await everything(tables) if DOOMED not in (text := item_text(table, item))}


async def doomed_items(tables: Tables) -> list[Item]:
    """Return the items of DOOMED that an erasure removes: those in the views table, and the positions of policies."""
    return [
        item
        for table, item in await everything(tables)
        if DOOMED in item_text(table, item) and (table is Table.VIEWS or item.key.pk == keys.policies_partition(DOOMED))
    ]
