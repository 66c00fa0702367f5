"""Least-privilege IAM policies by role: each grants the requests that the role sends, and no others.

    writer     sends commands                 puts commits, reads the tail and the folded state
    worker     projects, runs policies        reads the log and its stream, writes views, puts the commits of its policies
    reader     answers queries                reads views, and the log for a workspace's history
    operator   creates, rebuilds, verifies, prunes, erases, imports: the only role that scans, or that deletes more than
               leases; of the events table, it deletes nothing but the policies' positions in an erased workspace

In a policy for one workspace, each statement names the leading keys (partition keys) that it covers. IAM cannot require a
condition on a put: a writer that bypasses Ascend could replace a commit. Point-in-time recovery protects against that.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ascend.adapters.layout import generation_items, items, keys, lease_items, policy_items
from ascend.adapters.layout.table_specs import PREFIX, spec_of
from ascend.adapters.table.item import Table
from ascend.domain.errors import InvalidInput
from ascend.domain.ids import WorkspaceId

EVENTS, VIEWS = Table.EVENTS, Table.VIEWS


class ProcessRole(Enum):
    WRITER = "writer"
    WORKER = "worker"
    READER = "reader"
    OPERATOR = "operator"


class LeadingKeys(Enum):
    """The partition keys that a grant covers, as a pattern of leading keys for one workspace."""

    LOG = items.COMMIT.key.pk
    ENTRY = items.REGISTRY_ENTRY.key.pk
    """The registry shard that lists the workspace."""
    OWN = f"{items.COMMIT.key.pk}#*"
    """Everything of the workspace in the views table, except for items under users."""
    USERS = "U#*"
    """Feeds, inboxes, memberships."""
    EPOCHS = generation_items.EPOCHS.key.pk
    APPLICATION = items.APPLICATION.key.pk
    POSITIONS = policy_items.POLICY_POSITION.key.pk
    """The positions of the workspace's policies, in the events table."""
    LEASES = lease_items.LEASE.key.pk
    """The leases and heartbeats of the workers that share the store. Not granted to code that acts for one workspace."""
    ALL = "*"
    """All keys of every workspace. Not granted to code that acts for one workspace."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Actions on a table. `keys` is None for actions on the table as a whole."""

    table: Table
    actions: tuple[str, ...]
    keys: tuple[LeadingKeys, ...] | None = None
    indexes: bool = False
    """True if the grant is on the table's indexes and not on the table."""
    stream: bool = False
    """True if the grant is on the table's stream, which names the workspaces of all commits, and not on the table."""
    bound: bool = False
    """True if every policy binds the grant to its keys, also a policy that is not for one workspace."""


EVERY_KEY = (LeadingKeys.ALL,)
LEASES = (LeadingKeys.LEASES,)
PUTS = ("PartiQLInsert", "PartiQLUpdate", "PutItem")
"""What puts items into the views: one by one, and many in a request, as PartiQL statements. The events table never takes
statements, because an UPDATE could change a commit.
"""
OPEN_GRANTS = (
    Grant(EVENTS, ("DescribeTable",)),
    Grant(VIEWS, ("DescribeTable",)),
    Grant(VIEWS, ("GetItem",), (LeadingKeys.EPOCHS,)),
    Grant(EVENTS, ("GetItem",), (LeadingKeys.APPLICATION,)),
)
"""The requests that opening a store sends. Every role includes them."""

GRANTS: Mapping[ProcessRole, tuple[Grant, ...]] = {
    ProcessRole.WRITER: (
        *OPEN_GRANTS,
        Grant(EVENTS, ("PutItem",), (LeadingKeys.LOG, LeadingKeys.ENTRY)),
        Grant(EVENTS, ("Query",), (LeadingKeys.LOG,)),
        Grant(VIEWS, ("BatchGetItem",), (LeadingKeys.OWN, LeadingKeys.EPOCHS)),
        Grant(VIEWS, ("Query",), (LeadingKeys.OWN,)),  # the records of generations, and command packs
    ),
    ProcessRole.WORKER: (
        *OPEN_GRANTS,
        Grant(EVENTS, ("Query",), (LeadingKeys.LOG,)),
        # policies send commands and keep their positions; the registry lists the workspaces
        Grant(EVENTS, ("BatchGetItem", "GetItem", "PutItem", "Query"), EVERY_KEY),
        Grant(VIEWS, ("BatchGetItem", "GetItem", "Query"), (LeadingKeys.OWN,)),
        Grant(VIEWS, PUTS, (LeadingKeys.OWN, LeadingKeys.USERS)),  # a worker of all workspaces also puts the epochs
        Grant(EVENTS, ("DescribeStream", "GetRecords", "GetShardIterator"), EVERY_KEY, stream=True),
        Grant(VIEWS, ("DeleteItem",), LEASES, bound=True),
        # the items that policies look for, and the positions that an earlier release kept here
        Grant(VIEWS, ("GetItem", "Query"), EVERY_KEY),
    ),
    ProcessRole.READER: (
        *OPEN_GRANTS,
        Grant(EVENTS, ("Query",), (LeadingKeys.LOG,)),
        Grant(VIEWS, ("BatchGetItem",), (LeadingKeys.OWN, LeadingKeys.EPOCHS)),
        Grant(VIEWS, ("Query",), (LeadingKeys.OWN,)),
        Grant(VIEWS, ("Query",), (LeadingKeys.OWN,), indexes=True),
    ),
    ProcessRole.OPERATOR: (
        *OPEN_GRANTS,
        Grant(EVENTS, ("CreateTable", "DescribeContinuousBackups", "DescribeTimeToLive", "UpdateContinuousBackups")),
        Grant(VIEWS, ("CreateTable", "DescribeContinuousBackups", "DescribeTimeToLive", "UpdateTimeToLive")),
        Grant(EVENTS, ("BatchGetItem", "GetItem", "PutItem", "Query"), EVERY_KEY),
        Grant(EVENTS, ("DeleteItem",), (LeadingKeys.POSITIONS,), bound=True),
        Grant(VIEWS, ("BatchGetItem", "DeleteItem", "GetItem", "Query", "Scan"), EVERY_KEY),
        Grant(VIEWS, PUTS, EVERY_KEY),
        Grant(VIEWS, ("Query",), EVERY_KEY, indexes=True),
    ),
}


@dataclass(frozen=True)
class TableLocation:
    """The prefix, region and account of a store's tables; `*` stands for any region or account.

    Raises: `InvalidInput` for a part of another form. A stray `*` would open every store of an account.
    """

    prefix: str = "ascend"
    region: str = "*"
    account: str = "*"
    partition: str = "aws"

    def __post_init__(self) -> None:
        for name, text, pattern in (
            ("prefix", self.prefix, PREFIX),
            ("region", self.region, r"\*|[a-z]{2,}(-[a-z]+)+-\d"),
            ("account", self.account, r"\*|\d{12}"),
        ):
            if not re.fullmatch(pattern, text):
                raise InvalidInput(f"{text!r} is no {name}: it must match {pattern}")

    def make_arn(self, table: Table) -> str:
        name = spec_of(table).name(self.prefix)
        return f"arn:{self.partition}:dynamodb:{self.region}:{self.account}:table/{name}"


def build_policy(role: ProcessRole, location: TableLocation, workspace: WorkspaceId | None = None) -> dict[str, Any]:
    """Return the policy document of a role; with a workspace, for code that acts only for that workspace.

    Raises: `InvalidInput` for an operator of one workspace.
    """
    if workspace is not None and role is ProcessRole.OPERATOR:
        raise InvalidInput("an operator works on whole tables: there is no policy for an operator of one workspace")
    grants = GRANTS[role]
    if workspace is not None:
        grants = tuple(grant for grant in grants if grant.keys not in (EVERY_KEY, LEASES))
    merged = merge_grants(grants, location, workspace)
    statements = [make_statement(resources, actions, leading) for (resources, leading), actions in merged.items()]
    return {"Version": "2012-10-17", "Statement": statements}


Resources = tuple[str, ...]
Patterns = tuple[str, ...]
"""Patterns of leading keys."""


def merge_grants(
    grants: tuple[Grant, ...], location: TableLocation, workspace: WorkspaceId | None
) -> dict[tuple[Resources, Patterns], set[str]]:
    """Return the actions for each combination of resources and leading keys, each of which is one statement."""
    merged: dict[tuple[Resources, Patterns], set[str]] = {}
    for grant in grants:
        leading = list_leading_keys(grant, workspace) if grant.bound or workspace is not None else ()
        merged.setdefault((list_resources(grant, location), leading), set()).update(grant.actions)
    return merged


def list_resources(grant: Grant, location: TableLocation) -> Resources:
    arn = location.make_arn(grant.table)
    if grant.stream:
        return (f"{arn}/stream/*",)
    return tuple(f"{arn}/index/{index.name}" for index in spec_of(grant.table).indexes) if grant.indexes else (arn,)


def list_leading_keys(grant: Grant, workspace: WorkspaceId | None) -> Patterns:
    """Return the patterns of one workspace, or of every workspace if it is None. No id holds the separator `#`."""
    shard = "*" if workspace is None else items.REGISTRY_ENTRY.key.parse(keys.registry_key(workspace))["shard"]
    return tuple(pattern.value.format(workspace=workspace or "*", shard=shard) for pattern in grant.keys or ())


def make_statement(resources: Resources, actions: set[str], leading: Patterns) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Action": [f"dynamodb:{action}" for action in sorted(actions)],
        "Resource": list(resources),
    }
    if leading:
        statement["Condition"] = {
            "ForAllValues:StringLike": {"dynamodb:LeadingKeys": list(leading)},
            "Null": {"dynamodb:LeadingKeys": "false"},  # without it, a request without keys (a Scan) would pass
        }
    return statement
