"""The place of the file of an SQLite store: neither a folder nor a network share, and writable or not."""

import os
from pathlib import Path

from ascend.adapters.sqlite.errors import NetworkFileSystem
from ascend.domain.errors import StoreMismatch

_NETWORK = frozenset(
    ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "beegfs", "gpfs", "ocfs2")
) | {"gfs2", "ncpfs", "davfs", "vboxsf", "drvfs"}
_NETWORK_FUSE = ("sshfs", "s3fs", "gcsfuse", "glusterfs", "rclone", "cephfs", "blobfuse", "mount-s3", "davfs")


def refuse_folder(path: Path) -> None:
    if path.is_dir():
        raise StoreMismatch(f"{path} is a folder: name a file in it")


def refuse_network(path: Path, mounts: Path = Path("/proc/mounts")) -> None:
    """Raises: NetworkFileSystem. Nothing is refused on a system that does not list its mounts."""
    try:
        lines = mounts.read_text().splitlines()
    except OSError:
        return
    kind = _find_file_system(str(path.resolve()), lines)
    if kind in _NETWORK or (kind.startswith("fuse.") and kind[5:].startswith(_NETWORK_FUSE)):
        raise NetworkFileSystem(f"{path}: {kind}")


def _find_file_system(target: str, mounts: list[str]) -> str:
    """Return the type of the file system with the longest mount point above `target`, or an empty text."""
    longest, kind_of_longest = 0, ""
    for _, escaped, kind, *_ in (line.split() for line in mounts):
        point = escaped.replace("\\040", " ")
        if (target + "/").startswith(point.rstrip("/") + "/") and len(point) >= longest:
            longest, kind_of_longest = len(point), kind
    return kind_of_longest


def is_writable(path: Path) -> bool:
    """Return True if this user may write to the file and to its folder, in which SQLite writes further files."""
    return os.access(path, os.R_OK | os.W_OK) and os.access(path.resolve().parent, os.W_OK | os.X_OK)
