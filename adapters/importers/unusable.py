"""Records of a file that cannot be kept, in part or at all."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError

from ascend.adapters.importers.report import Notice
from ascend.domain.errors import InvalidInput

M = TypeVar("M", bound=BaseModel)


class UnusableRecord(InvalidInput):
    """A record of the file cannot be kept."""

    def __init__(self, record: str, field: str, reason: str) -> None:
        super().__init__(f"{record}.{field}: {reason}" if field else f"{record}: {reason}")
        self.notice = Notice(record, "passed over", field, reason)


def unusable(record: str, error: ValidationError) -> UnusableRecord:
    """Return the error for a record whose fields are invalid. It names the first of them."""
    fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return UnusableRecord(record, ".".join(str(part) for part in fault["loc"]), fault["msg"])


def read_usable(model: type[M], raw: Any, left_out: Callable[[str, str], None] = lambda _name, _reason: None) -> M:
    """Return the record without the fields that are invalid and not required. `left_out` gets their names and faults.

    Raises:
        ValidationError: a required field is invalid.
    """
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        if not isinstance(raw, dict):
            raise
        fields, faults = cast("dict[str, Any]", raw), error.errors(include_url=False, include_input=False)
        invalid = {str(fault["loc"][0]) for fault in faults}
        try:
            usable = model.model_validate({name: value for name, value in fields.items() if name not in invalid})
        except ValidationError:
            raise error from None
        for fault in faults:
            left_out(".".join(map(str, fault["loc"])), fault["msg"])
        return usable


def notice_of_error(record: str, error: Exception) -> Notice:
    """Return the notice that a record is passed over because of an error."""
    match error:
        case UnusableRecord():
            return error.notice
        case ValidationError():
            return unusable(record, error).notice
        case InvalidInput():
            return Notice(record, "passed over", "", str(error.detail).removeprefix(f"{record}: "))
        case _:
            return Notice(record, "passed over", "", str(error))
