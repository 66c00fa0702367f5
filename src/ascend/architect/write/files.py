"""Write files so that nobody's work is lost.

`.ascend-written.json` in the folder keeps the name of the application, and a digest of each file as it was written. With it, a
second run knows:

    untouched file      it is updated, or removed if it is no longer part of the package
    edited file         it stays, as long as its text from the proposal is what it was
    anything else       an edited file whose text changes, a file of somebody else, or another application: nothing is written
"""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel, ValidationError

from ascend.domain.errors import InvalidInput

MANIFEST = ".ascend-written.json"
Digests = dict[str, str]


class Manifest(BaseModel):
    application: str
    files: Digests = {}


class NotWritten(InvalidInput):
    """Nothing was written, because these files are not as Ascend wrote them: move them away, or name another folder."""


def write_files(texts: Mapping[str, str], folder: Path, application: str) -> list[Path]:
    """Write the files of an application, by their paths in the folder. Return those that are new or have changed.

    Raises:
        NotWritten: a file that has to change was edited since it was written, or was not written by this function, or the
            folder holds another application.
    """
    written = read_manifest(folder, application)
    digests = {path: to_digest(text.encode()) for path, text in texts.items()}
    changed = [path for path in texts if digests[path] != written.get(path) or not (folder / path).exists()]
    changed = [path for path in changed if read_digest(folder / path) != digests[path]]
    if foreign := [path for path in changed if read_digest(folder / path) not in {None, written.get(path)}]:
        raise NotWritten(f"{', '.join(foreign)} in {folder}")
    for path in written.keys() - texts.keys():
        if read_digest(folder / path) == written[path]:
            (folder / path).unlink()
    for path in changed:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(texts[path], encoding="utf-8", newline="\n")
    if digests != written:
        manifest = Manifest(application=application, files=dict(sorted(digests.items())))
        (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return [folder / path for path in changed]


def read_manifest(folder: Path, application: str) -> Digests:
    """Return the digest of each file that was written. Raises: NotWritten if the manifest is not that of the application."""
    file = folder / MANIFEST
    if not file.exists():
        return {}
    try:
        manifest = Manifest.model_validate_json(file.read_bytes())
    except (ValidationError, OSError):
        raise NotWritten(file) from None
    if manifest.application != application:
        raise NotWritten(f"{folder} holds the application {manifest.application}, not {application}")
    return manifest.files


def read_digest(file: Path) -> str | None:
    """Return the digest of a file; None if there is none, and a text of its own for what is no file."""
    if not file.exists() and not file.is_symlink():
        return None
    return to_digest(file.read_bytes()) if file.is_file() and not file.is_symlink() else "no file"


def to_digest(content: bytes) -> str:
    return sha256(content).hexdigest()
