"""The engine's own items: all that lies in the tables beside what projections render (see `catalog`).

`adapters.keys` renders every key of them from the templates here. What an item *is* lies as JSON in one attribute
(`body`, `state`, `data`); beside it lies only what conditions and readers need.
"""

from datetime import timedelta

from ascend.adapters.layout.item_type import Attribute, AttributeType, ItemType, Retention, Writer
from ascend.adapters.layout.template import Template
from ascend.adapters.table.item import Table
from ascend.domain.runtime.commit import ERASED, FORMAT
from ascend.domain.runtime.service import RETENTION

TOMBSTONE_TTL = timedelta(days=2)
"""Far longer than any worker can still be about to write what the tombstone stands against (15 minutes)."""
COMMAND_RECORD_TTL = 2 * RETENTION
"""Far longer than a command may be sent again."""

FOR_EVER = Retention("for ever")
WITH_ITS_GENERATION = Retention("as long as its generation: `prune` removes those of earlier ones")
LIFE_PARTITION = "W#{workspace}#{incarnation}"
"""The partition of what one life of a generation remembers."""

POSITION = Attribute(
    "position", AttributeType.NUMBER, "of the last commit that changed the item; every write moves it forward"
)

COMMIT = ItemType(
    name="commit",
    meaning="what one append wrote: the events of one or more commands",
    table=Table.EVENTS,
    key=Template("W#{workspace}", "{position}"),
    attributes=(
        Attribute(
            "id", AttributeType.TEXT, "of the append: tells after a lost reply whether the commit in the slot is ours"
        ),
        Attribute(
            "clock", AttributeType.NUMBER, "hybrid logical clock, milliseconds: never lower than the commit's before it"
        ),
        Attribute("time", AttributeType.TEXT, "the writer's wall clock, for people only"),
        Attribute("format", AttributeType.TEXT, f"how the body is written: `{FORMAT}`"),
        Attribute("body", AttributeType.TEXT, "JSON: each command with its id, digest, actor and events"),
    ),
    writer=Writer.COMMANDS,
    retention=Retention("for ever; erasure of the workspace replaces it by a stub"),
    hot="one put of 1 KB a command: 1,000 a second and workspace is the bound, and the documents say so",
)

REGISTRY_ENTRY = ItemType(
    name="registry entry",
    meaning="that there is a workspace; written before its first commit, harmless alone",
    table=Table.EVENTS,
    key=Template("R#{shard}", "{workspace}"),
    attributes=(
        Attribute("erased", AttributeType.YES_NO, "the workspace was erased: nobody looks at it", optional=True),
    ),
    writer=Writer.COMMANDS,
    retention=FOR_EVER,
    hot="one put for each new workspace, in eight shards",
)

EPOCHS = ItemType(
    name="epochs",
    meaning="which build of each projection is read; one item in the store",
    table=Table.VIEWS,
    key=Template("epochs", "epochs"),
    attributes=(Attribute("epochs", AttributeType.MAP, "projection → how often it was rebuilt, where it was"),),
    writer=Writer.OPERATOR,
    retention=FOR_EVER,
    hot="written by a rebuild only; a process reads it every five seconds, one small item along with others",
)

RECORD = ItemType(
    name="record",
    meaning="how far a generation is in a workspace: the only thing that moves, and every move names what it moves from",
    table=Table.VIEWS,
    key=Template("W#{workspace}#generations", "{generation}"),
    attributes=(
        Attribute("snapshots", AttributeType.NUMBER, "version of the snapshots' schema"),
        Attribute("builds", AttributeType.LIST, "the builds that make the generation"),
        Attribute("rendered", AttributeType.NUMBER, "position up to which all read items are written"),
        Attribute("folded", AttributeType.NUMBER, "position up to which all snapshots are written"),
        Attribute("commit_id", AttributeType.TEXT, "of the commit at `rendered`: compared with the log at each batch"),
        Attribute("clock", AttributeType.NUMBER, "of the commit at `folded`"),
        Attribute("folded_id", AttributeType.TEXT, "of the commit at `folded`: commands compare it with the log"),
        Attribute("parked", AttributeType.NUMBER, "entities that cannot be rendered"),
        Attribute("cursor", AttributeType.LIST, "how far a large fan-out is written; empty: none is on its way"),
        Attribute("stalled", AttributeType.TEXT, "why nothing moves; empty: all is well"),
        Attribute("incarnation", AttributeType.TEXT, "this life of the generation: part of the keys of its snapshots"),
        Attribute("counts", AttributeType.MAP, "name → live read items that count under it, at `rendered`"),
        Attribute("moved", AttributeType.TEXT, "when, for people and for `prune`"),
    ),
    writer=Writer.WORKER,
    retention=WITH_ITS_GENERATION,
    hot="two puts a batch, however many commands are in it",
)

SNAPSHOT = ItemType(
    name="snapshot",
    meaning="an entity's folded state, also of a deleted one",
    table=Table.VIEWS,
    key=Template(LIFE_PARTITION, "S#{kind}#{id}"),
    attributes=(
        POSITION,
        Attribute("version", AttributeType.NUMBER, "how many events were about the entity"),
        Attribute("state", AttributeType.TEXT, "JSON"),
    ),
    writer=Writer.WORKER,
    retention=WITH_ITS_GENERATION,
    hot="a put for each entity and command of a batch; without local indexes it splits by sort key",
)

EDGE = ItemType(
    name="edge",
    meaning="that a child hangs below a parent: how a fan-out finds a subtree",
    table=Table.VIEWS,
    key=Template(LIFE_PARTITION, "E#{kind}#{parent}#{child}"),
    attributes=(POSITION, Attribute("there", AttributeType.YES_NO, "false: it does so no more")),
    writer=Writer.WORKER,
    retention=Retention("as long as its generation; one that is gone expires", TOMBSTONE_TTL),
)

APPLIED_COMMAND = ItemType(
    name="applied command",
    meaning="what became of a command: sent again, it gets the same receipt",
    table=Table.VIEWS,
    key=Template(LIFE_PARTITION, "C#{command}"),
    attributes=(
        POSITION,
        Attribute("digest", AttributeType.TEXT, "of what the sender set: the same id with other content is an error"),
        Attribute("actor", AttributeType.TEXT, "who sent it"),
        Attribute("events", AttributeType.NUMBER, "how many"),
    ),
    writer=Writer.WORKER,
    retention=Retention("ids with a time expire, derived ids stay as long as their generation", COMMAND_RECORD_TTL),
)

PARKED = ItemType(
    name="parked entity",
    meaning="that a projection cannot render an entity; its last good items stay",
    table=Table.VIEWS,
    key=Template(LIFE_PARTITION, "P#{build}#{kind}#{id}"),
    attributes=(
        POSITION,
        Attribute(
            "data",
            AttributeType.TEXT,
            "JSON: the error, the keys of the last good items, what they count",
            optional=True,
        ),
        Attribute("was", AttributeType.TEXT, "the same of what is rendered again at `position`", optional=True),
    ),
    writer=Writer.WORKER,
    retention=Retention("until it is rendered, and the record is past that; then a tombstone", TOMBSTONE_TTL),
)

POLICY_POSITION = ItemType(
    name="policy position",
    meaning="how far a policy has answered the events of a workspace",
    table=Table.VIEWS,
    key=Template("W#{workspace}#policies", "{policy}"),
    attributes=(
        Attribute("position", AttributeType.NUMBER, "of the last commit whose events it has answered"),
        Attribute(
            "commit_id", AttributeType.TEXT, "of that commit: compared with the log; empty where it is not known"
        ),
        Attribute("stalled", AttributeType.TEXT, "why it does not go on; empty: all is well"),
    ),
    writer=Writer.WORKER,
    retention=FOR_EVER,
    hot="one put a batch and policy",
)

INSTALLED_POLICIES = ItemType(
    name="installed policies",
    meaning="which policies are installed: where one has no position, the workspace is younger; one item in the store",
    table=Table.VIEWS,
    key=Template("policies", "policies"),
    attributes=(Attribute("installed", AttributeType.LIST, "names of policies"),),
    writer=Writer.WORKER,
    retention=FOR_EVER,
    hot="written where a policy is new",
)

ERASED_STUB = ItemType(
    name="erased commit",
    meaning="keeps the slot of a commit of an erased workspace, so that no late writer can fill it",
    table=Table.EVENTS,
    key=COMMIT.key,
    attributes=(
        *(attribute for attribute in COMMIT.attributes if attribute.name in {"id", "clock"}),
        Attribute("format", AttributeType.TEXT, f"how it says so: `{ERASED}`"),
    ),
    writer=Writer.OPERATOR,
    retention=FOR_EVER,
    instead_of=COMMIT.name,
)

ENGINE_ITEMS: tuple[ItemType, ...] = (
    COMMIT,
    ERASED_STUB,
    REGISTRY_ENTRY,
    EPOCHS,
    RECORD,
    SNAPSHOT,
    EDGE,
    APPLIED_COMMAND,
    PARKED,
    POLICY_POSITION,
    INSTALLED_POLICIES,
)
