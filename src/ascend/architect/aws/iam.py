"""Least-privilege IAM policies, by role: what each one really sends, and nothing else.

    writer     sends commands                 puts commits, reads the tail and what was folded
    worker     projects, runs policies        reads the log, writes views, puts the commits of its policies
    reader     answers queries                reads views; the log for a workspace's history
    operator   creates, rebuilds, verifies, prunes, erases, imports: the only one that scans or deletes

With a workspace, each statement names the leading keys (partition keys) that it may touch. IAM cannot ask for a
condition on a put: a writer that goes past Ascend could replace a commit, so point-in-time recovery is the net below.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ascend.adapters.layout import items, keys
from ascend.adapters.layout.table_specs import PREFIX, spec_of
from ascend.adapters.table.item import Table
from ascend.domain.errors import InvalidInput
from ascend.domain.ids import WorkspaceId

EVENTS, VIEWS = Table.EVENTS, Table.VIEWS


class Role(Enum):
    WRITER = "writer"
    WORKER = "worker"
    READER = "reader"
    OPERATOR = "operator"


class Keys(Enum):
    """Which partition keys a grant is about, as a pattern of leading keys for one workspace."""

    LOG = items.COMMIT.key.pk
    ENTRY = items.REGISTRY_ENTRY.key.pk
    """The shard that names the workspace."""
    OWN = f"{items.COMMIT.key.pk}#*"
    """All that is kept of the workspace in views, but what lies under users."""
    USERS = "U#*"
    """Feeds, inboxes, memberships."""
    EPOCHS = items.EPOCHS.key.pk
    ALL = "*"
    """Of every workspace: not for code that acts for one."""


@dataclass(frozen=True, slots=True)
class Grant:
    """`keys` is None for what is asked of a table as a whole."""

    table: Table
    actions: tuple[str, ...]
    keys: tuple[Keys, ...] | None = None
    indexes: bool = False
    """On the table's indexes, not on the table."""


ALL = (Keys.ALL,)
OPEN = (
    Grant(EVENTS, ("DescribeTable",)),
    Grant(VIEWS, ("DescribeTable",)),
    Grant(VIEWS, ("GetItem",), (Keys.EPOCHS,)),
)
"""What opening a store asks: part of every role."""

GRANTS: Mapping[Role, tuple[Grant, ...]] = {
    Role.WRITER: (
        *OPEN,
        Grant(EVENTS, ("PutItem",), (Keys.LOG, Keys.ENTRY)),
        Grant(EVENTS, ("Query",), (Keys.LOG,)),
        Grant(VIEWS, ("BatchGetItem",), (Keys.OWN, Keys.EPOCHS)),
    ),
    Role.WORKER: (
        *OPEN,
        Grant(EVENTS, ("Query",), (Keys.LOG,)),
        Grant(
            EVENTS, ("PutItem", "Query"), ALL
        ),  # policies send commands; the registry says which workspaces there are
        Grant(VIEWS, ("BatchGetItem", "Query"), (Keys.OWN,)),
        Grant(VIEWS, ("PutItem",), (Keys.OWN, Keys.USERS)),
        Grant(VIEWS, ("GetItem", "PutItem", "Query"), ALL),  # which policies are installed; what they look for
    ),
    Role.READER: (
        *OPEN,
        Grant(EVENTS, ("Query",), (Keys.LOG,)),
        Grant(VIEWS, ("BatchGetItem",), (Keys.OWN, Keys.EPOCHS)),
        Grant(VIEWS, ("Query",), (Keys.OWN,)),
        Grant(VIEWS, ("Query",), (Keys.OWN,), indexes=True),
    ),
    Role.OPERATOR: (
        *OPEN,
        Grant(EVENTS, ("CreateTable", "DescribeContinuousBackups", "DescribeTimeToLive", "UpdateContinuousBackups")),
        Grant(VIEWS, ("CreateTable", "DescribeContinuousBackups", "DescribeTimeToLive", "UpdateTimeToLive")),
        Grant(EVENTS, ("PutItem", "Query"), ALL),
        Grant(VIEWS, ("BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan"), ALL),
        Grant(VIEWS, ("Query",), ALL, indexes=True),
    ),
}


@dataclass(frozen=True)
class Where:
    """Where the tables are; `*` stands for any region or account."""

    prefix: str = "ascend"
    region: str = "*"
    account: str = "*"
    partition: str = "aws"

    def __post_init__(self) -> None:
        """Raises `InvalidInput`: a stray `*` would open every store of an account."""
        for what, text, wanted in (
            ("prefix", self.prefix, PREFIX),
            ("region", self.region, r"\*|[a-z]{2,}(-[a-z]+)+-\d"),
            ("account", self.account, r"\*|\d{12}"),
        ):
            if not re.fullmatch(wanted, text):
                raise InvalidInput(f"{text!r} is no {what}: it has to match {wanted}")

    def table(self, table: Table) -> str:
        name = spec_of(table).name(self.prefix)
        return f"arn:{self.partition}:dynamodb:{self.region}:{self.account}:table/{name}"


def policy(role: Role, where: Where, workspace: WorkspaceId | None = None) -> dict[str, Any]:
    """The policy document of a role; with a workspace, for code that acts for this one alone.

    Raises: InvalidInput for an operator of one workspace.
    """
    if workspace is not None and role is Role.OPERATOR:
        raise InvalidInput("an operator works on whole tables: there is no policy of one for a workspace")
    granted = GRANTS[role]
    if workspace is not None:
        granted = tuple(grant for grant in granted if grant.keys != ALL)
    merged = merge(granted, where, workspace)
    statements = [statement(resources, actions, leading) for (resources, leading), actions in merged.items()]
    return {"Version": "2012-10-17", "Statement": statements}


Resources = tuple[str, ...]
Leading = tuple[str, ...]


def merge(
    grants: tuple[Grant, ...], where: Where, workspace: WorkspaceId | None
) -> dict[tuple[Resources, Leading], set[str]]:
    """One statement for the same resources and keys, whatever reasons they were granted for."""
    merged: dict[tuple[Resources, Leading], set[str]] = {}
    for grant in grants:
        leading = () if workspace is None else leading_keys(grant, workspace)
        merged.setdefault((resources_of(grant, where), leading), set()).update(grant.actions)
    return merged


def resources_of(grant: Grant, where: Where) -> Resources:
    arn = where.table(grant.table)
    return tuple(f"{arn}/index/{index.name}" for index in spec_of(grant.table).indexes) if grant.indexes else (arn,)


def leading_keys(grant: Grant, workspace: WorkspaceId) -> Leading:
    shard = items.REGISTRY_ENTRY.key.parse(keys.registry_key(workspace))["shard"]
    return tuple(one.value.format(workspace=workspace, shard=shard) for one in grant.keys or ())


def statement(resources: Resources, actions: set[str], leading: Leading) -> dict[str, Any]:
    said: dict[str, Any] = {
        "Effect": "Allow",
        "Action": [f"dynamodb:{action}" for action in sorted(actions)],
        "Resource": list(resources),
    }
    if leading:
        said["Condition"] = {
            "ForAllValues:StringLike": {"dynamodb:LeadingKeys": list(leading)},
            "Null": {"dynamodb:LeadingKeys": "false"},  # else a request without keys, such as a Scan, would pass
        }
    return said
