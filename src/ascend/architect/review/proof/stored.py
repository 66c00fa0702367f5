"""A row as text, and back: the content of an event of the proof."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import from_json, to_json

from ascend.architect.review.key_texts import Scalar
from ascend.architect.review.proof.rows import End, EntityRow

ENDS: TypeAdapter[dict[str, tuple[End, ...]]] = TypeAdapter(dict[str, tuple[End, ...]])


def to_text(row: EntityRow | None) -> str:
    """Return the row as JSON; `null` for no row. Dates and instants name their type."""
    return (
        "null"
        if row is None
        else to_json({**asdict(row), "values": {name: tag(value) for name, value in row.values.items()}}).decode()
    )


def from_text(text: str) -> EntityRow | None:
    data: Any = from_json(text)
    if data is None:
        return None
    values = {name: untag(*pair) for name, pair in data["values"].items()}
    return EntityRow(data["workspace"], data["kind"], data["id"], values, ENDS.validate_python(data["ends"]))


def tag(value: Scalar) -> tuple[str, Scalar]:
    return type(value).__name__, value


def untag(name: str, value: Any) -> Scalar:
    read = {"datetime": datetime.fromisoformat, "date": date.fromisoformat}.get(name)
    result: Scalar = value if read is None else read(value)
    return result
