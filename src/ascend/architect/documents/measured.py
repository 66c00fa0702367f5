"""What each access pattern consumed on DynamoDB Local for a realistic page: a test measures it anew at every run."""

from pathlib import Path

from pydantic import BaseModel, TypeAdapter

FILE = Path(__file__).with_suffix(".json")


class MeasuredPage(BaseModel):
    """One page of one query."""

    requests: dict[str, int]
    """How many of each kind."""
    units: float
    """Read capacity units."""
    lines: int


def load_measured() -> dict[str, MeasuredPage]:
    """By the name of the query."""
    return TypeAdapter(dict[str, MeasuredPage]).validate_json(FILE.read_bytes())
