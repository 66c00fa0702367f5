"""Records of a file that cannot be kept."""

from pydantic import ValidationError

from ascend.adapters.importers.report import Notice
from ascend.domain.errors import InvalidInput


class UnusableRecord(InvalidInput):
    """A record of the file cannot be kept."""

    def __init__(self, record: str, field: str, reason: str) -> None:
        super().__init__(f"{record}.{field}: {reason}" if field else f"{record}: {reason}")
        self.notice = Notice(record, "passed over", field, reason)


def unusable(record: str, error: ValidationError) -> UnusableRecord:
    """Return the error for a record whose fields are invalid. It names the first of them."""
    fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return UnusableRecord(record, ".".join(str(part) for part in fault["loc"]), fault["msg"])


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
