"""Convert untyped arguments to the right type. An error names the argument."""

import re
from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from typing import TypeVar, cast

from ascend.domain.errors import InvalidInput
from ascend.domain.ids import Id, Ref
from ascend.domain.workspaces.command import Command

I = TypeVar("I", bound=Id)  # noqa: E741 - an Id
NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")
SHOWN = 80
"""The number of characters of a wrong value that an error quotes."""


def to_id(name: str, kind: type[I], value: object) -> I:
    """Return the text as an id of this kind.

    Raises:
        InvalidInput: the value is an id of another kind, an enum's, not text, or not a valid id.
    """
    if isinstance(value, kind):
        return value
    if not isinstance(value, str) or isinstance(value, Id | Enum):
        raise InvalidInput(f"{name} is {show_value(value)}: pass ascend.{kind.__name__}(text)")
    try:
        return kind(value)
    except InvalidInput as error:
        raise InvalidInput(f"{name}: {error.detail}") from None


def to_ids(name: str, kind: type[I], values: object) -> list[I]:
    """Return the texts as ids of this kind.

    Raises:
        InvalidInput: the value is no list, or one of the values is no such id.
    """
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise InvalidInput(
            f"{name} is {show_value(values)}: pass a list of ids, such as [ascend.{kind.__name__}(text)]"
        )
    return [to_id(name, kind, value) for value in cast("Iterable[object]", values)]


def to_command(value: object, known: Collection[type[Command]], application: str) -> Command:
    """Return the command.

    Raises:
        InvalidInput: the value is not a command, or not one of the application's.
    """
    if type(value) in known:
        return cast("Command", value)
    if isinstance(value, Command):
        raise InvalidInput(
            f"the application {application} has no command {type(value).__name__}: name it in its Kind (commands=…)"
        )
    short = show_value(value)
    if isinstance(value, type) and issubclass(value, Command):
        raise InvalidInput(f"command is the class {value.__name__}: pass a command made of it, {value.__name__}(…)")
    if isinstance(value, Mapping):
        raise InvalidInput("command is a map: make a command of it, such as ascend.CreateTask.model_validate(it)")
    raise InvalidInput(f"command is {short}: pass a command, such as ascend.CreateTask(…)")


def to_versions(value: object) -> dict[Ref, int]:
    """Return the expected versions by entity.

    Raises:
        InvalidInput: the value is not a map of refs to numbers.
    """
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InvalidInput(f"expected is {show_value(value)}: pass a map of ascend.Ref(kind, id) to versions")
    versions = cast("Mapping[object, object]", value)
    return dict(_check_version(ref, version) for ref, version in versions.items())


def _check_version(ref: object, version: object) -> tuple[Ref, int]:
    if not isinstance(ref, Ref) or not all(isinstance(part, str) for part in tuple[object, ...](ref)):
        raise InvalidInput(
            f"expected names {show_value(ref)}: pass ascend.Ref(kind, id), such as ascend.Ref('task', task_id)"
        )
    if not isinstance(version, int) or isinstance(version, bool):
        raise InvalidInput(
            f"expected[{ref}] is {show_value(version)}: pass the version that a read item shows, a number"
        )
    return ref, version


def to_text(name: str, value: object) -> str:
    """Return the text.

    Raises:
        InvalidInput: the value is not text.
    """
    if isinstance(value, str):
        return value
    raise InvalidInput(f"{name} is {show_value(value)}: pass text")


def check_type(name: str, expected: type, value: object) -> None:
    """Check the type of an argument.

    Raises:
        InvalidInput: the value is not of this type.
    """
    if not isinstance(value, expected) or (isinstance(value, type) and expected is not type):
        raise InvalidInput(
            f"{name} is {show_value(value)}: pass {'True or False' if expected is bool else f'an ascend.{expected.__name__}'}"
        )


def check_name(what: str, name: str) -> None:
    """Check the name of an application or a policy, which is stored for ever.

    Raises:
        InvalidInput: it is empty, too long, or has characters that it may not have.
    """
    if not NAME.fullmatch(name):
        raise InvalidInput(f"{what} is made of a-z, 0-9 and -, not {name[:SHOWN]!r}")


def cut_value(text: str) -> str:
    """Return the text, shortened to what an error quotes."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def show_value(value: object) -> str:
    """Return a short text that shows the value and its type."""
    short = cut_value(ascii(value))
    return short if value is None else f"{short} ({type(value).__name__})"
