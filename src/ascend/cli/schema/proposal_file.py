"""Read a proposal from a YAML file, and write answers into it without losing its comments."""

import io
from collections.abc import Mapping
from pathlib import Path
from shutil import copymode
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from ascend.architect.review.proposal import Proposal
from ascend.cli.schema.yaml_file import Form, parse_yaml, read_text
from ascend.domain.errors import InvalidInput

Place = tuple[str | int, ...]
ENTITIES = "entities"
SCOPE = ("name", "workspaces", "tables", "transactions")
"""Names that belong to the whole proposal, also in a file that describes one entity."""
FIRST: Place = (ENTITIES, 0)


def read_proposal(file: Path) -> Proposal:
    """Read the file. Raises: InvalidInput naming the file and the line."""
    text = read_text(file)
    try:
        return parse_proposal(text)
    except InvalidInput as error:
        raise InvalidInput(f"{file}, {error.detail}") from None


def parse_proposal(text: str) -> Proposal:
    """Parse and validate the text. Raises: InvalidInput whose detail begins with the line."""
    return parse_yaml(text, Proposal, Form(expand_single, locate_in_file))


def expand_single(data: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """Return the data with a list of entities. A file that describes one entity has its sections at the top."""
    if ENTITIES in data:
        return data
    scope = {name: value for name, value in data.items() if name in SCOPE}
    return {**scope, ENTITIES: [{name: value for name, value in data.items() if name not in SCOPE}]}


def locate_in_file(path: Place, data: Mapping[Any, Any]) -> Place:
    """Return the path of a value in the file."""
    return path if ENTITIES in data or path[:2] != FIRST else path[2:]


class ProposalFile:
    """A proposal file that is being completed: each answer is written into it at once."""

    def __init__(self, file: Path) -> None:
        """Raises: OSError if the file cannot be written, before anybody is asked anything."""
        self.file = file
        self.proposal = read_proposal(file)
        with file.open("r+b"):
            pass
        self._yaml: Any = YAML()  # the library has no types
        self._yaml.width = 120
        self._yaml.preserve_quotes = True
        self._yaml.indent(mapping=2, sequence=4, offset=2)
        text = read_text(file)
        self._newline = "\r\n" if "\r\n" in text else "\n"
        try:
            self._document = self._yaml.load(text.replace("\r\n", "\n"))
        except YAMLError as error:  # our own loader has read it, so it is a form that only the other one refuses
            raise InvalidInput(f"{file} cannot be completed, only reviewed: {describe_error(error)}") from None

    def answer(self, path: Place, text: str) -> None:
        """Set the value at the path to a text in YAML, and write the file. Raises: InvalidInput if it is no valid answer."""
        document = self._yaml.load(self._dump())
        try:
            value = self._yaml.load(text)
        except YAMLError as error:
            raise InvalidInput(describe_error(error)) from None
        set_value(document, locate_in_file(path, document), value)
        stream = io.StringIO()
        self._yaml.dump(document, stream)
        proposal = parse_proposal(stream.getvalue())
        replace_text(self.file, stream.getvalue(), self._newline)
        self._document, self.proposal = document, proposal

    def _dump(self) -> str:
        stream = io.StringIO()
        self._yaml.dump(self._document, stream)
        return stream.getvalue()


def describe_error(error: YAMLError) -> str:
    """Return what is wrong with the text, without the place: an answer is one line."""
    return " ".join(str(getattr(error, "problem", None) or error).split())[:200]


def replace_text(file: Path, text: str, newline: str) -> None:
    """Write the file as a whole, so that an interruption leaves the old one or the new one. A link and the mode stay.

    Raises: OSError naming the file.
    """
    target = file.resolve()
    fresh = target.with_name(f".{target.name}.new")
    try:
        fresh.write_text(text, encoding="utf-8", newline=newline)
        copymode(target, fresh)
        fresh.replace(target)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(file)) from None


def set_value(document: Any, path: Place, value: object) -> None:
    """Set the value in nested mappings and lists. An attribute in its short form becomes a mapping."""
    *steps, last = path
    for step in steps:
        inner = document[step]
        if not isinstance(inner, dict | list):
            inner = {"bytes": inner} if isinstance(inner, int) else {"type": inner}
            document[step] = inner
        document = cast("Any", inner)
    document[last] = value
