"""A command: what somebody wants, and the rule that turns it into events, or into nothing, or into a refusal."""

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
"""It is so already: nothing is appended."""


class Command(BaseModel):
    """Pure: `decide` sees only the view that it is given; no clock, no randomness, no I/O."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    needs: ClassVar[Role | None] = Role.MEMBER
    """The least role that may send it. None: anybody (to create a workspace)."""
    while_archived: ClassVar[bool] = False
    """May be sent to an archived workspace: what brings it back, what people do about themselves, what policies answer."""
    at: Instant | None = None
    """When it happened, for facts that are imported; else the time of the decision."""

    if not TYPE_CHECKING:  # the generated signature stays visible to type checkers

        def __init__(self, **fields: Any) -> None:
            try:
                super().__init__(**fields)
            except ValidationError as error:
                raise InvalidInput(explain_validation_error(type(self).__name__, error)) from None

    def preloads(self) -> tuple[Ref, ...]:
        """Entities that the decision will surely ask for: they are loaded together, in one request."""
        return ()

    @abstractmethod
    def decide(self, view: View) -> Decision:
        """The events that follow, `NOTHING` when it is so already. Raises `Refusal`."""

    def digest(self, *context: str) -> str:
        """Identifies what the sender set, so that an id used for something else is noticed (128 bits, hex)."""
        sent = json.dumps(self.model_dump(mode="json", exclude_unset=True), sort_keys=True, ensure_ascii=False)
        return sha256("\x1f".join((type(self).__name__, sent, *context)).encode()).hexdigest()[:32]
