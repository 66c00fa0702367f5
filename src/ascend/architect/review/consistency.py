"""Questions that must be answered consistently, and whose keys change: only an index can hold such keys, and an index lags."""

from collections.abc import Iterator

from ascend.architect.review.design import TABLE, Design, NotAnswered
from ascend.architect.review.key_fields import may_be_missing, name_changes


def find_late_answers(design: Design) -> Iterator[NotAnswered]:
    """Yield the condition `consistent` of each answer that an index gives."""
    for answer in design.answers:
        if not answer.question.consistent or answer.place == TABLE:
            continue
        entity, item = design.get_entity(answer), design.find_item(answer.item)
        place = item.get_place(answer.place)
        moving = name_changes(entity, place.fields, item.per).split(", ")
        missing = [field.of for field in place.fields if may_be_missing(entity, field, item.per)]
        names = ", ".join(dict.fromkeys([*filter(None, moving), *missing])) or "the order"
        reason = f"{names} can change, so it cannot be part of the table's key, and an index lags by some milliseconds"
        options = (
            "let the front end show its own change until the index has it",
            f"sort by an attribute that never changes, in place of {names}",
            "read a short list as a whole from the table, and sort it in the process",
        )
        yield NotAnswered(answer.entity, answer.question, "consistent", reason, options)
