"""A command: the wish of a user, and the rule that turns it into events, into nothing, or into a refusal."""

from abc import abstractmethod
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from json import JSONEncoder
from typing import TYPE_CHECKING, Any, ClassVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from ascend.domain.errors import InvalidInput, Refusal
from ascend.domain.event import Event
from ascend.domain.ids import Ref
from ascend.domain.role import Role
from ascend.domain.values import FOR_DIGEST, EmptyValue, Instant, explain_validation_error
from ascend.domain.workspaces.view import View

Decision = Sequence[Event]
TO_DIGEST = JSONEncoder(sort_keys=True, ensure_ascii=False).encode
"""Digests are stored: the text of a command stays the same for ever."""
NOTHING: Decision = ()
"""The decision to change nothing, because the workspace is already as the command asks."""


class NotImported(Refusal):
    """Only an import may set the time of a command: send it through `store.importing()`, or leave `at` out."""


class Command(BaseModel):
    """The base class of commands. `decide` is pure: it sees only the view, without a clock, randomness or I/O."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)
    needs: ClassVar[Role | None] = Role.MEMBER
    """The lowest role that may send the command. None: anybody, for example to create a workspace."""
    while_archived: ClassVar[bool] = False
    """True if the command may be sent to an archived workspace.

    Such commands restore the workspace, change the sender's own membership, or are sent by policies.
    """
    at: Instant | None = None
    """The time of an imported fact. None: the time of the decision. Refused unless an import sends it (`NotImported`)."""

    if not TYPE_CHECKING:  # the generated signature stays visible to type checkers

        def __init__(self, **fields: Any) -> None:
            try:
                super().__init__(**fields)
            except ValidationError as error:
                optional = {name for name, field in type(self).model_fields.items() if not field.is_required()}
                raise InvalidInput(explain_validation_error(type(self).__name__, error, optional)) from None

    def preloads(self) -> tuple[Ref, ...]:
        """Return the entities that the decision will surely ask for. They are loaded together, in one request."""
        return ()

    @abstractmethod
    def decide(self, view: View) -> Decision:
        """Return the events that follow, `NOTHING` if the workspace is already as the command asks.

        Raises:
            Refusal: a rule refuses the command.
        """

    def digest(self, *context: str) -> str:
        """Return a digest of what the sender set (128 bits, hex).

        The digest shows if the same command id is used for another command.
        """
        sent = self.model_dump(mode="json", exclude_unset=True, context=FOR_DIGEST)
        fields = TO_DIGEST(sent)
        return sha256("\x1f".join((type(self).__name__, fields, *context)).encode()).hexdigest()[:32]


class EditCommand(Command):
    """The base class of commands that change some fields of an entity. Its fields have one meaning in all of them.

    left out    the field keeps its value: give it a default, which is never used
    None        the field is emptied: declare it as `X | None`; without `| None`, the sender gets `InvalidInput`

    A decision uses `changes`. It never compares a field with None: None is also the default of a field left out.
    """

    def changes(self) -> dict[str, Any]:
        """Return the new values of the optional fields that the sender gave, apart from `at`. None is an empty value.

        It is "" for `Text`, () for `Tags`, {} for `Metadata`: the `EmptyValue` of the type, otherwise None.
        """
        fields = type(self).model_fields
        names = (name for name in self.model_fields_set if name != "at" and not fields[name].is_required())
        return {name: self._new_value(name) for name in names}

    def _new_value(self, name: str) -> object:
        value: object = getattr(self, name)
        mark = find_empty_value(type(self), name) if value is None else None
        return value if mark is None else mark.make()


@cache
def find_empty_value(command: type[Command], name: str) -> EmptyValue | None:
    """Return the mark in the type of a field that may be None. Without a mark, its empty value is None itself."""
    choices = get_args(command.model_fields[name].annotation)
    return next((mark for choice in choices for mark in get_args(choice) if isinstance(mark, EmptyValue)), None)
