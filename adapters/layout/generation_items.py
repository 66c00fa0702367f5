"""The item types of generations: the state of the store, the record of each generation, and the starts of builds."""

from ascend.adapters.layout.item_type import Attribute, AttributeType, ItemType, Retention, Writer
from ascend.adapters.layout.template import Template
from ascend.adapters.table.item import Table

WITH_ITS_GENERATION = Retention("as long as its generation; `prune` removes the items of earlier generations")

EPOCHS = ItemType(
    name="epochs",
    meaning="the generations of the store: the one that queries read, the one that is announced, the previous one, and the "
    "epoch of each projection; one item in the store",
    table=Table.VIEWS,
    key=Template("epochs", "epochs"),
    attributes=(
        Attribute(
            "epochs", AttributeType.MAP, "projection → number of its rebuilds; a projection without rebuilds is absent"
        ),
        Attribute(
            "state",
            AttributeType.TEXT,
            "JSON: the generations, the numbers of their announcements, and the highest epochs; every write is conditional "
            "on all of it; absent until a worker or an operator's job has run",
            optional=True,
        ),
    ),
    writer=Writer.WORKER,
    retention=Retention("for ever"),
    hot="only the first worker, a rebuild or a deployment writes it; each process reads it every five seconds, one small item together with others",
)

RECORD = ItemType(
    name="record",
    meaning="the generation record: the progress of a generation in a workspace; every write is conditional on the "
    "values that it replaces",
    table=Table.VIEWS,
    key=Template("W#{workspace}#generations", "{generation}"),
    attributes=(
        Attribute(
            "snapshots",
            AttributeType.NUMBER,
            "version of the snapshots' schema, with 3,000 added since builds start at a position",
        ),
        Attribute("builds", AttributeType.LIST, "the builds that form the generation"),
        Attribute("rendered", AttributeType.NUMBER, "position up to which all read items are written"),
        Attribute("folded", AttributeType.NUMBER, "position up to which all snapshots are written"),
        Attribute("commit_id", AttributeType.TEXT, "id of the commit at `rendered`"),
        Attribute("clock", AttributeType.NUMBER, "clock of the commit at `folded`"),
        Attribute("folded_id", AttributeType.TEXT, "id of the commit at `folded`"),
        Attribute(
            "rendered_hash",
            AttributeType.BYTES,
            "hash of the commit at `rendered`; each batch and each load of snapshots compares it with the log",
            optional=True,
        ),
        Attribute(
            "folded_hash",
            AttributeType.BYTES,
            "hash of the commit at `folded`; each tail that a command reads begins with that commit",
            optional=True,
        ),
        Attribute("parked", AttributeType.NUMBER, "number of entities that cannot be rendered"),
        Attribute("cursor", AttributeType.LIST, "progress of a large fan-out; empty if none is under way"),
        Attribute("stalled", AttributeType.TEXT, "reason why the workspace is stalled; empty if it is not"),
        Attribute("incarnation", AttributeType.TEXT, "this life of the generation; part of the keys of its snapshots"),
        Attribute("counts", AttributeType.MAP, "name → number of read items counted under it, at `rendered`"),
        Attribute(
            "retried",
            AttributeType.LIST,
            "parked entities that were rendered again, until their items are released",
            optional=True,
        ),
        Attribute(
            "leads",
            AttributeType.NUMBER,
            "number of the announcement under which it is written first; 0 or absent: it is not",
            optional=True,
        ),
        Attribute(
            "starts",
            AttributeType.MAP,
            "build → the position as of which it was written; a build that was written from the first commit on is absent",
            optional=True,
        ),
        Attribute(
            "progress",
            AttributeType.TEXT,
            "JSON: where the generation starts, what is to be written, and how far; absent once it is built",
            optional=True,
        ),
        Attribute(
            "built_at",
            AttributeType.NUMBER,
            "position as of which the generation was built; edges that had ended by then were never written; 0: not built so",
        ),
        Attribute("moved", AttributeType.TEXT, "time of the last write, for people and for `prune`"),
    ),
    writer=Writer.WORKER,
    retention=WITH_ITS_GENERATION,
    hot="one put for each batch, regardless of the number of commands in it, and one when nothing more comes",
)

STARTS = ItemType(
    name="starts",
    meaning="the position as of which each build of a workspace is written: what changed at or before it is never written",
    table=Table.VIEWS,
    key=Template("W#{workspace}#starts", "starts"),
    attributes=(
        Attribute(
            "starts",
            AttributeType.MAP,
            "build → position; an entry never changes, because every builder needs the same",
        ),
    ),
    writer=Writer.WORKER,
    retention=Retention("as long as the workspace; `prune` removes the entries of builds that are gone"),
    hot="written when a generation begins in the workspace",
)
