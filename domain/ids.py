"""Ids: a type for each kind, so that a TaskId can never be passed where a ThingId is meant.

Ids of entities are UUIDs in canonical text. They have 36 characters, so no separator can hide in them. A UUIDv7 carries
the time at which it was made (RFC 9562): it shows that a new command is new. A UUIDv5 is derived from names.
User ids come from the embedder's login system, and are kept as they are: see `user_text`. User ids that begin with `~` are
the system's own, and are never accepted from outside.
"""

import re
from functools import lru_cache
from hashlib import sha1
from typing import Any, ClassVar, NamedTuple, Self
from uuid import UUID

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from ascend.domain import user_text
from ascend.domain.errors import InvalidInput

UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NAMESPACE = UUID("5f2b7b3c-6f0e-5a55-9a5e-0d4c1f6f7a10")
NAMESPACE_BYTES = NAMESPACE.bytes


def derive_uuid(name: str) -> str:
    """Return the text of the UUIDv5 of a name: that of `uuid.uuid5`, in a third of its time. An import derives thousands."""
    digest = bytearray(sha1(NAMESPACE_BYTES + name.encode(), usedforsecurity=False).digest())
    digest[6], digest[8] = digest[6] & 0x0F | 0x50, digest[8] & 0x3F | 0x80  # the version and the variant
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:32]}"


class Id(str):
    """Text that matches the pattern of its type. A type of ids derives from this class, not from another type of ids.

    Raises:
        InvalidInput: the text does not match.
    """

    __slots__ = ()
    pattern: ClassVar[re.Pattern[str]] = UUID_TEXT
    key_pattern: ClassVar[re.Pattern[str]] = UUID_TEXT
    """The form of `key_text`."""

    def __new__(cls, text: str) -> Self:
        if not cls.pattern.fullmatch(text):
            raise InvalidInput(f"not a {cls.__name__}: {text[:80]!r}")
        return str.__new__(cls, text)

    @property
    def key_text(self) -> str:
        """The id as it stands in keys."""
        return str(self)

    @classmethod
    def derive(cls, *names: str) -> Self:
        """Return the id of these names: the same names give the same id on every machine, for ever (a UUIDv5)."""
        text = derive_uuid("\x1f".join((cls.__name__, *names)))
        return str.__new__(cls, text) if cls.__new__ is Id.__new__ and cls.pattern is UUID_TEXT else cls(text)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        checked = core_schema.no_info_after_validator_function(cls, core_schema.str_schema())  # generated types read it
        known_or_checked = core_schema.union_schema(
            [core_schema.is_instance_schema(cls), checked],
            mode="left_to_right",
            custom_error_type="string_type",
        )
        written = core_schema.simple_ser_schema("str")
        return core_schema.json_or_python_schema(checked, known_or_checked, serialization=written)


class WorkspaceId(Id): ...


class ThingId(Id): ...


class AssetId(Id): ...


class TaskId(Id): ...


class RelationId(Id): ...


class LinkId(Id): ...


class CommentId(Id): ...


class UserId(Id):
    """The id that the login system gives to a user, as it is.

    Raises:
        InvalidInput: it is too long, or holds what cannot be told apart by looking at it.
    """

    __slots__ = ()
    pattern = user_text.SHAPE
    key_pattern = user_text.KEY_TEXT

    def __new__(cls, text: str) -> Self:
        if fault := user_text.find_fault(text):
            raise InvalidInput(f"not a {cls.__name__}: {text[:80]!r}: {fault}")
        return str.__new__(cls, text)

    @property
    def key_text(self) -> str:
        return user_text.to_key_text(self)


POLICIES = UserId("~policies")
"""The actor of the commands that policies and the job `retime` send."""
OPERATOR_USER = UserId("~operator")
"""The actor of the command that erases a workspace."""


class CommandId(Id):
    """The id of a command. A command that is sent again with the same id has no second effect."""

    @property
    def time(self) -> int | None:
        """Milliseconds since 1970 at which the id was made. None if the id carries no time."""
        return time_of(self)


VERSION_7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


@lru_cache(maxsize=4_096)
def time_of(id: str) -> int | None:
    """Return the milliseconds since 1970 at which a UUIDv7 was made. None for every other id."""
    return int(id[:8] + id[9:13], 16) if VERSION_7.fullmatch(id) else None


class Ref(NamedTuple):
    """A reference to an entity: its kind and its id."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}#{self.id}"
