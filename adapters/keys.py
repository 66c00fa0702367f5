"""Every key that Ascend writes, in one place.

    events   W#<workspace>                   0000000000000042                 a commit
             R#<shard>                       <workspace>                      the registry: which workspaces there are
    views    epochs                          epochs                           which build of each projection is read
             W#<workspace>#generations       <generation>                     a record: how far a generation is
             W#<workspace>#<incarnation>     S#<kind>#<id>                    a snapshot
                                             E#<kind>#<parent>#<child>        an edge of a hierarchy
                                             C#<command id>                   an applied command
                                             P#<build>#<kind>#<id>            a parked entity
             <W#workspace…|U#user…>#<build>  as the read item says            a read item
    indexes  <as the read item says>#<build>

The workspace comes first, so that IAM can bind a process to one tenant by leading keys. Ids hold no `#`.
"""

from hashlib import sha256

from ascend.adapters.table import Key
from ascend.domain.ids import CommandId, Ref, WorkspaceId
from ascend.projections.item import ViewKey
from ascend.projections.projection import Build

WIDTH = 16
LAST = "9" * WIDTH
SHARDS = 8
"""Of the registry: workspaces are created at 1,000 a second and shard, at most."""
EPOCHS = Key("epochs", "epochs")


def log_partition(workspace: WorkspaceId) -> str:
    return f"W#{workspace}"


def slot(position: int) -> str:
    return f"{position:0{WIDTH}d}"


def commit_key(workspace: WorkspaceId, position: int) -> Key:
    return Key(log_partition(workspace), slot(position))


def registry_partition(shard: int) -> str:
    return f"R#{shard}"


def registry_key(workspace: WorkspaceId) -> Key:
    shard = int(sha256(workspace.encode()).hexdigest(), 16) % SHARDS
    return Key(registry_partition(shard), workspace)


GENERATIONS = "generations"


def generations_partition(workspace: WorkspaceId) -> str:
    return f"W#{workspace}#{GENERATIONS}"


def record_key(workspace: WorkspaceId, generation: str) -> Key:
    return Key(generations_partition(workspace), generation)


def incarnation_partition(workspace: WorkspaceId, incarnation: str) -> str:
    return f"W#{workspace}#{incarnation}"


def snapshot_key(workspace: WorkspaceId, incarnation: str, ref: Ref) -> Key:
    return Key(incarnation_partition(workspace, incarnation), f"S#{ref}")


def edges_prefix(parent: Ref) -> str:
    return f"E#{parent}#"


def edge_key(workspace: WorkspaceId, incarnation: str, parent: Ref, child: Ref) -> Key:
    return Key(incarnation_partition(workspace, incarnation), edges_prefix(parent) + child.id)


def command_key(workspace: WorkspaceId, incarnation: str, command: CommandId) -> Key:
    return Key(incarnation_partition(workspace, incarnation), f"C#{command}")


PARKED_PREFIX = "P#"


def parked_key(workspace: WorkspaceId, incarnation: str, build: Build, ref: Ref) -> Key:
    return Key(incarnation_partition(workspace, incarnation), f"{PARKED_PREFIX}{build}#{ref}")


def item_key(build: Build, key: ViewKey) -> Key:
    """Of a read item, in the table or in an index."""
    return Key(f"{key.partition}#{build}", key.sort)


def owner(key: Key) -> str:
    """Which build or generation a key of the views table belongs to: the last part of its partition."""
    return key.pk.rpartition("#")[2]


def generation_of(incarnation: str) -> str:
    """An incarnation is the id of its generation, and something of its own."""
    return incarnation.partition("-")[0]
