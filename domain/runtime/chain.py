"""The chain of hashes: each commit holds a hash over its predecessor's hash and its own content.

    hash of position p = SHA-256(hash of p - 1, workspace, position, id, clock, time, format, SHA-256(body as stored))

The predecessor of the first commit has the hash `START_HASH`. A commit from before the chain stores no hash: what stands
for it is a shorter hash of its place and id, so that the first chained commit is bound to its predecessor as well.
Parts are joined with their lengths, so that no two lists of parts give the same bytes.
"""

from collections.abc import Iterable
from hashlib import sha256

from ascend.domain.ids import WorkspaceId

START_HASH = b""
"""The hash before the first commit."""
HASH_BYTES = 32
UNCHAINED_BYTES = 16
"""Shorter than a hash of the chain, so that the two are never confused."""


def hash_body(body: str | bytes) -> bytes:
    """Return the hash of a body as it is stored."""
    return sha256(body.encode() if isinstance(body, str) else body).digest()


def hash_commit(
    predecessor: bytes,
    workspace: WorkspaceId,
    position: int,
    id: str,
    clock: int,
    time: str,
    format: str,
    body_hash: bytes,
) -> bytes:
    """Return the hash of a commit. `time` and `format` are the texts as they are stored."""
    texts = (workspace, str(position), id, str(clock), time, format)
    return _hash([predecessor, *[text.encode() for text in texts], body_hash])


def hash_unchained(workspace: WorkspaceId, position: int, id: str) -> bytes:
    """Return what stands for the hash of a commit from before the chain."""
    return _hash((workspace.encode(), str(position).encode(), id.encode()))[:UNCHAINED_BYTES]


def is_chained(hash: bytes) -> bool:
    """Return True for the hash of a chained commit, False for what stands for one from before the chain."""
    return len(hash) == HASH_BYTES


def _hash(parts: Iterable[bytes]) -> bytes:
    return sha256(b"".join([len(part).to_bytes(4) + part for part in parts])).digest()
