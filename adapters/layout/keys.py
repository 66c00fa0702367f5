"""Renders all keys that Ascend writes, from the templates in `layout.items`.

Keys of a workspace's data begin with the workspace, so that IAM can restrict a process to one workspace by leading keys.
Keys of a user's own lines begin with the user. Ids hold no `#`.
"""

import re
from functools import lru_cache
from hashlib import sha256

from ascend.adapters.layout import generation_items, items, lease_items, policy_items
from ascend.adapters.table.item import Key
from ascend.domain.errors import InvalidInput
from ascend.domain.ids import CommandId, Ref, WorkspaceId
from ascend.projections.build import Build
from ascend.projections.key_template import ViewKey

WIDTH = 16
BUCKET_WIDTH = 12
"""The digits of the largest time in seconds that a UUIDv7 holds."""
LAST_POSITION = "9" * WIDTH
POSITION_TEXT = re.compile(f"[0-9]{{{WIDTH}}}")
LAST_SORT_KEY = "\U0010ffff"
"""The text after which no sort key comes."""
SHARDS = 8
"""The number of the registry's shards. Each shard takes at most 1,000 new workspaces a second."""
EPOCHS = generation_items.EPOCHS.key.key()
APPLICATION = items.APPLICATION.key.key()


@lru_cache(maxsize=1_024)
def log_partition(workspace: WorkspaceId) -> str:
    return items.COMMIT.key.partition(workspace=workspace)


def format_position(position: int) -> str:
    """Return the position with leading zeros, so that the text sorts like the number."""
    return f"{position:0{WIDTH}d}"


def commit_key(workspace: WorkspaceId, position: int) -> Key:
    return Key(log_partition(workspace), format_position(position))


def parse_commit_key(key: Key) -> WorkspaceId | None:
    """Return the workspace of a commit's key. None for the key of any other item, and for every other text."""
    try:
        fields = items.COMMIT.key.parse(key)
        return WorkspaceId(fields["workspace"]) if POSITION_TEXT.fullmatch(fields["position"]) else None
    except (ValueError, InvalidInput):
        return None


def registry_partition(shard: int) -> str:
    return items.REGISTRY_ENTRY.key.partition(shard=str(shard))


def registry_key(workspace: WorkspaceId) -> Key:
    shard = int(sha256(workspace.encode()).hexdigest(), 16) % SHARDS
    return items.REGISTRY_ENTRY.key.key(shard=str(shard), workspace=workspace)


GENERATIONS = generation_items.RECORD.key.pk.rpartition("#")[2]


def generations_partition(workspace: WorkspaceId) -> str:
    return generation_items.RECORD.key.partition(workspace=workspace)


def record_key(workspace: WorkspaceId, generation: str) -> Key:
    return generation_items.RECORD.key.key(workspace=workspace, generation=generation)


STARTS = generation_items.STARTS.key.pk.rpartition("#")[2]


def starts_key(workspace: WorkspaceId) -> Key:
    return generation_items.STARTS.key.key(workspace=workspace)


def incarnation_partition(workspace: WorkspaceId, incarnation: str) -> str:
    return items.SNAPSHOT.key.partition(workspace=workspace, incarnation=incarnation)


def snapshot_key(workspace: WorkspaceId, incarnation: str, ref: Ref) -> Key:
    return items.SNAPSHOT.key.key(workspace=workspace, incarnation=incarnation, kind=ref.kind, id=ref.id)


def edges_prefix(parent: Ref) -> str:
    return items.EDGE.key.prefix(kind=parent.kind, parent=parent.id)


def edge_key(workspace: WorkspaceId, incarnation: str, parent: Ref, child: Ref) -> Key:
    return items.EDGE.key.key(
        workspace=workspace, incarnation=incarnation, kind=parent.kind, parent=parent.id, child=child.id
    )


def command_key(workspace: WorkspaceId, incarnation: str, command: CommandId) -> Key:
    return items.APPLIED_COMMAND.key.key(workspace=workspace, incarnation=incarnation, command=command)


def parse_command(key: Key) -> str:
    """Return the command id in the key of a command record."""
    return items.APPLIED_COMMAND.key.parse(key)["command"]


COMMAND_PREFIX = items.APPLIED_COMMAND.key.prefix()
PACK_PREFIX = items.COMMAND_PACK.key.prefix()


def packs_prefix(bucket: int) -> str:
    """Return the beginning of the sort keys of the packs of a bucket, which is given by its first second since 1970."""
    return items.COMMAND_PACK.key.prefix(bucket=f"{bucket:0{BUCKET_WIDTH}d}")


def pack_key(workspace: WorkspaceId, incarnation: str, bucket: int, first: int, last: int) -> Key:
    return items.COMMAND_PACK.key.key(
        workspace=workspace,
        incarnation=incarnation,
        bucket=f"{bucket:0{BUCKET_WIDTH}d}",
        first=format_position(first),
        last=format_position(last),
    )


def parse_pack(key: Key) -> tuple[int, int, int]:
    """Return the bucket of a pack, and the first and the last position."""
    fields = items.COMMAND_PACK.key.parse(key)
    return int(fields["bucket"]), int(fields["first"]), int(fields["last"])


def is_pack(key: Key) -> bool:
    return key.sk.startswith(PACK_PREFIX)


PARKED_PREFIX = items.PARKED.key.prefix()


def parked_key(workspace: WorkspaceId, incarnation: str, build: Build, ref: Ref) -> Key:
    return items.PARKED.key.key(
        workspace=workspace, incarnation=incarnation, build=str(build), kind=ref.kind, id=ref.id
    )


POLICIES = policy_items.POLICY_POSITION.key.pk.rpartition("#")[2]
INSTALLED = policy_items.INSTALLED_POLICIES.key.key()


def policies_partition(workspace: WorkspaceId) -> str:
    return policy_items.POLICY_POSITION.key.partition(workspace=workspace)


def policy_key(workspace: WorkspaceId, policy: str) -> Key:
    return policy_items.POLICY_POSITION.key.key(workspace=workspace, policy=policy)


LEASES = lease_items.LEASE.key.partition()
"""The partition of all leases and heartbeats of the store."""


def lease_key(name: str) -> Key:
    """Return the key of the lease `KIND#SHARD`. Raises: LimitExceeded if the name of the shard holds another `#`."""
    kind, _, shard = name.partition("#")
    return lease_items.LEASE.key.key(lease_kind=kind, lease_shard=shard)


def worker_key(worker: str) -> Key:
    return lease_items.WORKER.key.key(worker=worker)


def item_key(build: Build, key: ViewKey) -> Key:
    """Return the key of a read item, in the table or in an index."""
    return Key(f"{key.partition}#{build}", key.sort)


def parse_owner(key: Key) -> str:
    """Return the build or the generation that a key of views belongs to: the last part of its partition."""
    return key.pk.rpartition("#")[2]


def parse_generation(incarnation: str) -> str:
    """Return the generation of an incarnation, which consists of the generation's id, a hyphen and a suffix."""
    return incarnation.partition("-")[0]
