"""The comparison of command records with the log, command by command.

Which commands share a pack depends on the batches of the workers that wrote them. So a stored pack is not compared with a
pack of the scratch store, but each of its commands with the look-up in the scratch store, and the other way round.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ascend.adapters.layout import keys
from ascend.adapters.operations.comparison import compare_items, item_difference
from ascend.adapters.operations.stored_items import workspace_of
from ascend.adapters.operations.verified import Difference
from ascend.adapters.store.applied_commands import find_applied
from ascend.adapters.store.command_records import applied_attributes, expiry_of, find_bucket, to_applied
from ascend.adapters.table.item import Item, Key
from ascend.adapters.table.port import Tables
from ascend.domain.errors import DamagedViews
from ascend.domain.ids import CommandId, WorkspaceId
from ascend.domain.runtime.ports import Applied

Commands = Mapping[CommandId, Applied]


def is_command_record(item: Item) -> bool:
    return item.key.sk.startswith((keys.COMMAND_PREFIX, keys.PACK_PREFIX))


async def compare_command_records(scratch: Tables, stored: Sequence[Item]) -> AsyncIterator[tuple[Item, Difference]]:
    """Yield each stored record or pack that differs from the log, with the difference."""
    for items in group_by_partition(stored):
        contents = {item.key: read_commands(item) for item in items}
        expected = await look_up(scratch, items[0], [id for commands in contents.values() for id in commands])
        for item in items:
            difference = compare_commands(item, contents[item.key], expected)
            if difference is not None:
                yield item, difference


async def find_missing_commands(
    tables: Tables, expected: Sequence[Item], now: datetime
) -> AsyncIterator[tuple[Item, Difference]]:
    """Yield each command of the scratch store's items that is not stored, unless it may have expired, with that item."""
    for items in group_by_partition(expected):
        commands = {id: item for item in items for id in read_commands(item) if not may_have_expired(id, now)}
        stored = await look_up(tables, items[0], commands)
        for id in sorted(commands.keys() - stored.keys()):
            named = replace(commands[id], key=Key(items[0].key.pk, f"{keys.COMMAND_PREFIX}{id}"))
            yield commands[id], item_difference("missing", named, "no command record and no pack holds it")


def group_by_partition(items: Iterable[Item]) -> Iterable[list[Item]]:
    groups: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        groups[item.key.pk].append(item)
    return groups.values()


async def look_up(tables: Tables, item: Item, commands: Iterable[CommandId]) -> Commands:
    """Return the commands that are stored beside an item. What cannot be read counts as not stored."""
    workspace, incarnation = WorkspaceId(workspace_of(item)), keys.parse_owner(item.key)
    return await find_applied(
        tables, workspace, incarnation, sorted(set(commands)), lambda item: read_commands(item).values()
    )


def read_commands(item: Item) -> Commands:
    """Return the commands of a record or a pack: none if it cannot be read."""
    try:
        return {applied.command_id: applied for applied in to_applied(item)}
    except DamagedViews:
        return {}


def compare_commands(item: Item, commands: Commands, expected: Commands) -> Difference | None:
    if not keys.is_pack(item.key):
        return compare_record(item, expected)
    if not commands:
        return item_difference("wrong", item, "the pack cannot be read")
    bucket, first, last = keys.parse_pack(item.key)
    if item.attributes["position"] != last:
        return item_difference("wrong", item, f"differs in position, should be at {last}")
    for id, applied in commands.items():
        if expected.get(id) != applied:
            return item_difference("wrong", item, f"differs in the command {id}")
        if find_bucket(id) != bucket or not first <= applied.position <= last:
            return item_difference("wrong", item, f"the command {id} does not belong into this pack")
    return None


def compare_record(item: Item, expected: Commands) -> Difference | None:
    command = keys.parse_command(item.key)
    applied = next((applied for id, applied in expected.items() if id == command), None)
    return compare_items(item, None if applied is None else replace(item, attributes=applied_attributes(applied)), 0)


def may_have_expired(command: CommandId, now: datetime) -> bool:
    return command.time is not None and expiry_of(command.time / 1_000) < now.timestamp()
