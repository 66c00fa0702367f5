"""Fetch Mermaid once, check it, and keep the part of it in the user's cache that reads diagrams: one module with its chunks.

It is not among the packages of scripts/node: with all that it needs to draw, it would take 150 MB there. Its module for
browsers has everything in itself, and 17 MB.
"""

import base64
import hashlib
import tarfile
import tempfile
from pathlib import Path

from downloads import Unavailable, fetch_once, find_npm, run_quietly

__all__ = ["Unavailable", "find_mermaid"]

VERSION = "12.3.0"
SHA512 = "4113TdXeLAsMruJ79OpFL5O8+LTFXhQqZ260rF3tgUmiNAtRm4Uume04I+65PRN6yZ69J4f8rVYWW8zRk65UYw=="
MODULE = "mermaid.esm.min.mjs"
PARTS = (MODULE, "chunks/mermaid.esm.min/")
"""The module and its chunks, in `package/dist` of the archive."""


def find_mermaid() -> Path:
    """Return the module that Node imports.

    Raises `Unavailable` if npm cannot fetch it, or if its checksum differs.
    """
    return fetch_once(f"mermaid-{VERSION}", _download) / MODULE


def _download(into: Path) -> None:
    with tempfile.TemporaryDirectory(dir=into.parent) as scratch:
        run_quietly(
            [*find_npm(), "pack", "--silent", "--ignore-scripts", f"mermaid@{VERSION}"],
            "npm could not fetch mermaid",
            cwd=Path(scratch),
        )
        archive = next(Path(scratch).glob("*.tgz"))
        if hashlib.sha512(archive.read_bytes()).digest() != base64.b64decode(SHA512):
            raise Unavailable(f"{archive.name} is not the expected file: its SHA-512 differs")
        with tarfile.open(archive) as tar:
            for member in tar.getmembers():
                name = member.name.removeprefix("package/dist/")
                content = tar.extractfile(member) if name.startswith(PARTS) and name.endswith(".mjs") else None
                if content is not None:
                    place = into / name
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.write_bytes(content.read())
