"""Write files so that nobody's work is lost.

`.ascend-written.json` in the folder keeps a digest of each file as it was written. A file that is there and was not written,
or that was edited since, is never replaced: then nothing is written, and the error names all such files. A file that would
get the text that it has already is left alone. A file that is no longer part of the package is removed if nobody edited it.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from ascend.domain.errors import InvalidInput

MANIFEST = ".ascend-written.json"
Digests = dict[str, str]
DIGESTS: TypeAdapter[Digests] = TypeAdapter(Digests)


class NotWritten(InvalidInput):
    """Nothing was written, because these files are not as Ascend wrote them: move them away, or name another folder."""


def write_files(texts: Mapping[str, str], folder: Path) -> list[Path]:
    """Write the files, by their paths in the folder. Return those that are new or have changed.

    Raises:
        NotWritten: a file in the folder was not written by this function, or was edited since.
    """
    written = read_manifest(folder)
    present = {path for path in {*texts, *written} if (folder / path).exists()}
    edited = [path for path in sorted(present) if is_edited(folder / path, written.get(path), texts.get(path))]
    if edited:
        raise NotWritten(f"{', '.join(edited)} in {folder}")
    for path in present - texts.keys():
        (folder / path).unlink()
    changed = [path for path in texts if path not in present or (folder / path).read_text(encoding="utf-8") != texts[path]]
    for path in changed:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(texts[path], encoding="utf-8", newline="\n")
    manifest = json.dumps({path: to_digest(text) for path, text in sorted(texts.items())}, indent=2) + "\n"
    if changed or not (folder / MANIFEST).exists() or written.keys() != texts.keys():
        (folder / MANIFEST).write_text(manifest, encoding="utf-8")
    return [folder / path for path in changed]


def read_manifest(folder: Path) -> Digests:
    """Return the digest of each file that was written. Raises: NotWritten if the manifest cannot be read."""
    manifest = folder / MANIFEST
    if not manifest.exists():
        return {}
    try:
        return DIGESTS.validate_json(manifest.read_text(encoding="utf-8"))
    except (ValidationError, UnicodeDecodeError):
        raise NotWritten(manifest) from None


def is_edited(file: Path, digest: str | None, text: str | None) -> bool:
    """Return True if the file holds neither what was written nor what is to be written."""
    if not file.is_file():
        return True
    now = to_digest(file.read_bytes())
    return now != digest and (text is None or now != to_digest(text))


def to_digest(content: str | bytes) -> str:
    return sha256(content.encode() if isinstance(content, str) else content).hexdigest()
