"""A command: the wish of a user, and the rule that turns it into events, into nothing, or into a refusal."""

import json
from abc import abstractmethod
from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict, ValidationError

from ascend.domain.errors import InvalidInput
from ascend.domain.event import Event
from ascend.domain.ids import Ref
from ascend.domain.role import Role
from ascend.domain.values import Instant, explain_validation_error
from ascend.domain.workspaces.view import View

Decision = Sequence[Event]
NOTHING: Decision = ()
"""The decision to change nothing, because the workspace is already as the command asks."""


class Command(BaseModel):
    """The base class of commands. `decide` is pure: it sees only the view, without a clock, randomness or I/O."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    needs: ClassVar[Role | None] = Role.MEMBER
    """The lowest role that may send the command. None: anybody, for example to create a workspace."""
    while_archived: ClassVar[bool] = False
    """True if the command may be sent to an archived workspace.

    Such commands restore the workspace, change the sender's own membership, or are sent by policies.
    """
    at: Instant | None = None
    """The time of an imported fact. None: the time of the decision."""

    if not TYPE_CHECKING:  # the generated signature stays visible to type checkers

        def __init__(self, **fields: Any) -> None:
            try:
                super().__init__(**fields)
            except ValidationError as error:
                raise InvalidInput(explain_validation_error(type(self).__name__, error)) from None

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
        fields = json.dumps(self.model_dump(mode="json", exclude_unset=True), sort_keys=True, ensure_ascii=False)
        return sha256("\x1f".join((type(self).__name__, fields, *context)).encode()).hexdigest()[:32]
