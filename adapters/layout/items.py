"""The engine's own item types: everything in the tables except the projections' read items (see `catalog`).

`layout.keys` renders all keys from the templates here. The content of an item is JSON in one attribute (`body`, `state`,
`data`). Further attributes hold only what conditions and readers need.
"""

from datetime import timedelta

from ascend.adapters.layout.generation_items import EPOCHS, RECORD, STARTS, WITH_ITS_GENERATION
from ascend.adapters.layout.item_type import Attribute, AttributeType, ItemType, Retention, Writer
from ascend.adapters.layout.lease_items import LEASE, WORKER
from ascend.adapters.layout.policy_items import INSTALLED_POLICIES, POLICY_POSITION
from ascend.adapters.layout.template import Template
from ascend.adapters.table.item import Table
from ascend.domain.runtime.body import COMPRESSED, FORMAT, UNCHAINED
from ascend.domain.runtime.service import RETENTION

TOMBSTONE_TTL = timedelta(days=2)
"""The time after which a tombstone expires, from when the record has moved past it: until then it has no end.

A worker starts no write more than ten minutes after its first read of the record.
"""
COMMAND_RECORD_TTL = 2 * RETENTION
"""The time after which a command record may go. A command is refused as too old after half of it."""

FOR_EVER = Retention("for ever")
LIFE_PARTITION = "W#{workspace}#{incarnation}"
"""The partition of everything that one incarnation of a generation stores."""

POSITION = Attribute(
    "position",
    AttributeType.NUMBER,
    "position of the last commit that changed the item; every write moves it forward",
)

COMMIT = ItemType(
    name="commit",
    meaning="the result of one append: the events of one or more commands",
    table=Table.EVENTS,
    key=Template("W#{workspace}", "{position}"),
    attributes=(
        Attribute("id", AttributeType.TEXT, "id of the append; shows after a lost reply whose commit is in the slot"),
        Attribute(
            "clock", AttributeType.NUMBER, "hybrid logical clock in milliseconds, never lower than the commit's before"
        ),
        Attribute("time", AttributeType.TEXT, "the writer's wall clock, for people only"),
        Attribute(
            "format",
            AttributeType.TEXT,
            f"format: `{FORMAT}`; `{COMPRESSED}` with a compressed body, where that saves a write unit; "
            f"`{UNCHAINED}` from before the chain of hashes",
        ),
        Attribute(
            "body", AttributeType.TEXT, "JSON: each command with its id, digest, actor and events; bytes if compressed"
        ),
        Attribute(
            "hash",
            AttributeType.BYTES,
            f"hash over the predecessor's hash and this commit; absent from `{UNCHAINED}`",
            optional=True,
        ),
    ),
    writer=Writer.COMMANDS,
    retention=Retention("for ever; the erasure of a workspace replaces its commits by stubs"),
    hot="one put of 1 KB for each command: at most 1,000 a second and workspace, a limit that the documents state",
)

REGISTRY_ENTRY = ItemType(
    name="registry entry",
    meaning="shows that a workspace exists; written before the first commit, harmless without a commit",
    table=Table.EVENTS,
    key=Template("R#{shard}", "{workspace}"),
    attributes=(
        Attribute("erased", AttributeType.YES_NO, "true if the workspace was erased: workers skip it", optional=True),
    ),
    writer=Writer.COMMANDS,
    retention=FOR_EVER,
    hot="one put for each new workspace, in eight shards",
)

APPLICATION = ItemType(
    name="application",
    meaning="the application that the store belongs to; workers and operators of another one refuse; one item in the "
    "store, beside the log because it cannot be derived from it",
    table=Table.EVENTS,
    key=Template("application", "application"),
    attributes=(
        Attribute("name", AttributeType.TEXT, "name of the application; it never changes"),
        Attribute("revision", AttributeType.NUMBER, "number of changes; every write is conditional on the one before"),
        Attribute("events", AttributeType.LIST, "tags of all events that it has had"),
        Attribute("projections", AttributeType.MAP, "projection → its highest version"),
    ),
    writer=Writer.WORKER,
    retention=FOR_EVER,
    hot="written only when an event or a projection is new",
)

SNAPSHOT = ItemType(
    name="snapshot",
    meaning="the folded state of an entity; also kept for a deleted entity",
    table=Table.VIEWS,
    key=Template(LIFE_PARTITION, "S#{kind}#{id}"),
    attributes=(
        POSITION,
        Attribute("version", AttributeType.NUMBER, "number of events about the entity"),
        Attribute("state", AttributeType.TEXT, "JSON: the state"),
    ),
    writer=Writer.WORKER,
    retention=WITH_ITS_GENERATION,
    hot="one put for each entity and command of a batch; without local indexes the partition splits by sort key",
)

EDGE = ItemType(
    name="edge",
    meaning="a parent and its child; a fan-out finds the entities of a subtree by their edges",
    table=Table.VIEWS,
    key=Template(LIFE_PARTITION, "E#{kind}#{parent}#{child}"),
    attributes=(POSITION, Attribute("there", AttributeType.YES_NO, "false if the child has left the parent")),
    writer=Writer.WORKER,
    retention=Retention(
        "as long as its generation; an edge that ended expires, once `folded` has passed it", TOMBSTONE_TTL
    ),
)

APPLIED_COMMAND = ItemType(
    name="applied command",
    meaning="the command record of an applied command: sent again, the command gets the same receipt; of a command that "
    "stands in no command pack",
    table=Table.VIEWS,
    key=Template(LIFE_PARTITION, "C#{command}"),
    attributes=(
        POSITION,
        Attribute("digest", AttributeType.TEXT, "digest of the command; the same id with another digest is an error"),
        Attribute("actor", AttributeType.TEXT, "the user who sent the command"),
        Attribute("events", AttributeType.NUMBER, "number of events"),
    ),
    writer=Writer.WORKER,
    retention=Retention(
        "command ids that hold a time expire, derived ids stay as long as their generation", COMMAND_RECORD_TTL
    ),
)

COMMANDS = "JSON: the id, position, digest, actor and number of events of each command"
COMMAND_PACK = ItemType(
    name="command pack",
    meaning="command records of commands that were projected together, of the commits from `first` to `last`: those whose "
    "ids hold a time in the four seconds from `bucket` on (seconds since 1970)",
    table=Table.VIEWS,
    key=Template(LIFE_PARTITION, "B#{bucket}#{first}#{last}"),
    attributes=(
        Attribute("position", AttributeType.NUMBER, "position of the last of the commits"),
        Attribute("commands", AttributeType.TEXT, COMMANDS, optional=True),
        Attribute("compressed", AttributeType.BYTES, f"{COMMANDS}; compressed with zlib", optional=True),
    ),
    writer=Writer.WORKER,
    retention=Retention("a pack expires when the last of its command records would", COMMAND_RECORD_TTL),
    hot="one put for each batch and bucket, in the partition of the snapshots",
)

PARKED = ItemType(
    name="parked entity",
    meaning="an entity that a projection cannot render; its last good read items stay",
    table=Table.VIEWS,
    key=Template(LIFE_PARTITION, "P#{build}#{kind}#{id}"),
    attributes=(
        POSITION,
        Attribute(
            "data",
            AttributeType.TEXT,
            "JSON: the error, the keys of the last good read items, and their counts",
            optional=True,
        ),
        Attribute(
            "was", AttributeType.TEXT, "the same JSON, of an entity that is rendered again at `position`", optional=True
        ),
    ),
    writer=Writer.WORKER,
    retention=Retention(
        "until the entity is rendered again and the generation record has passed that position; then a tombstone",
        TOMBSTONE_TTL,
    ),
)

ERASED_STUB = ItemType(
    name="erased commit",
    meaning="the stub of a commit of an erased workspace; it keeps the slot, so that no late writer can fill it",
    table=Table.EVENTS,
    key=COMMIT.key,
    attributes=(
        *(attribute for attribute in COMMIT.attributes if attribute.name in {"id", "clock", "hash"}),
        Attribute("format", AttributeType.TEXT, "format of a stub: `erased/2`; `erased/1` of a commit without a hash"),
        Attribute("time", AttributeType.TEXT, "the time of the commit", optional=True),
        Attribute("of", AttributeType.TEXT, "the format of the commit", optional=True),
        Attribute("body_hash", AttributeType.BYTES, "hash of the body that the commit had", optional=True),
    ),
    writer=Writer.OPERATOR,
    retention=FOR_EVER,
    replaces=COMMIT.name,
)

ENGINE_ITEMS: tuple[ItemType, ...] = (
    COMMIT,
    ERASED_STUB,
    REGISTRY_ENTRY,
    EPOCHS,
    APPLICATION,
    RECORD,
    STARTS,
    SNAPSHOT,
    EDGE,
    APPLIED_COMMAND,
    COMMAND_PACK,
    PARKED,
    POLICY_POSITION,
    INSTALLED_POLICIES,
    LEASE,
    WORKER,
)
