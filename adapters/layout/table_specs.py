"""The two tables, as data. CreateTable, the check at opening, CloudFormation, IAM and `doctor` all read this.

          key      indexes                     kept by
events    pk, sk   none                        deletion protection, point-in-time recovery; stream (keys only)
views     pk, sk   gsi1, gsi2 (all attributes) nothing: rebuilt from events; TTL on `expires`
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ascend.adapters.table.item import Index, Table

PREFIX = "[A-Za-z0-9_.-]{1,200}"
"""Of the tables' names: one store is one prefix."""
ON_DEMAND = "PAY_PER_REQUEST"
ALL = "ALL"
KEYS_ONLY = "KEYS_ONLY"
INCLUDE = "INCLUDE"
KMS = "KMS"


@dataclass(frozen=True, slots=True)
class IndexSpec:
    """A global secondary index: `<name>pk` and `<name>sk`, both text, sparse."""

    index: Index
    projection: str
    why: str
    why_projection: str
    included: tuple[str, ...] = ()
    """Attributes, beside the keys, where the projection is `INCLUDE`."""

    @property
    def name(self) -> str:
        return self.index.value

    @property
    def keys(self) -> tuple[str, str]:
        return f"{self.name}pk", f"{self.name}sk"


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One table with every setting that Ascend relies on. `why` gives the reason for each setting, by its name."""

    table: Table
    purpose: str
    retention: str
    indexes: tuple[IndexSpec, ...]
    stream: str | None
    """The view type; None: no stream."""
    recovery: bool
    """Point-in-time recovery."""
    deletion_protection: bool
    ttl: str | None
    """The attribute that holds the epoch second after which an item may be removed."""
    why: Mapping[str, str]
    keys: tuple[str, str] = ("pk", "sk")
    billing: str = ON_DEMAND
    encryption: str = KMS

    def name(self, prefix: str) -> str:
        """As `dynamodb://PREFIX` opens it."""
        return f"{prefix}-{self.table.value}"

    @property
    def key_attributes(self) -> tuple[str, ...]:
        """Every attribute that is part of a key; all are text."""
        return (*self.keys, *(name for index in self.indexes for name in index.keys))


_EVERYWHERE = {
    "billing": "nobody knows a personal workspace's load in advance, and an idle one costs nothing",
    "encryption": "people's lives lie here; a KMS key shows each use in CloudTrail",
    "local_indexes": "one would limit a workspace to 10 GB, for ever",
}

EVENTS = TableSpec(
    table=Table.EVENTS,
    purpose="the truth: commits in order, and the registry of workspaces",
    retention="for ever; erasure replaces a workspace's commits by stubs",
    indexes=(),
    stream=KEYS_ONLY,
    recovery=True,
    deletion_protection=True,
    ttl=None,
    why=_EVERYWHERE
    | {
        "indexes": "a starved index throttles its table, and no read model may slow down the log",
        "stream": "it says which workspace changed; readers read the log itself, so no content leaves through it",
        "recovery": "there is no second copy of the truth",
        "deletion_protection": "there is no second copy of the truth",
        "ttl": "nothing here may vanish: a freed slot could be filled by a late writer",
    },
)

VIEWS = TableSpec(
    table=Table.VIEWS,
    purpose="what follows from events: read items, snapshots, checkpoints",
    retention="until replaced by a newer build; tombstones and command records expire",
    indexes=(
        IndexSpec(
            Index.GSI1,
            ALL,
            why="the first other order of an item: by due date, by name, by time, by user",
            why_projection="a query returns the whole line; with KEYS_ONLY a page of 100 lines needs 100 more reads "
            "(at least 50 units, and a BatchGet), to save on writes that are few: a line is read far more often "
            "than it changes",
        ),
        IndexSpec(
            Index.GSI2,
            ALL,
            why="the second other order of the same item, where one is not enough: a Thing by its path, a Task that is "
            "still to be done by its priority",
            why_projection="as gsi1: a subtree is returned whole by one Query",
        ),
    ),
    stream=None,
    recovery=False,
    deletion_protection=False,
    ttl="expires",
    why=_EVERYWHERE
    | {
        "indexes": "two overloaded, sparse ones serve every pattern: each more would be written with every line",
        "stream": "nobody listens to what is derived",
        "recovery": "a rebuild from events is always right, a restored copy is of another moment than the log",
        "deletion_protection": "it may be deleted and built again at any time",
        "ttl": "tombstones and command records are of no use after their time",
    },
)

TABLES: tuple[TableSpec, ...] = (EVENTS, VIEWS)


def spec_of(table: Table) -> TableSpec:
    return EVENTS if table is Table.EVENTS else VIEWS
