"""What each access pattern consumed on DynamoDB Local for a realistic page: a test measures it anew at every run."""

from pathlib import Path

from pydantic import BaseModel, TypeAdapter

FILE = Path(__file__).with_suffix(".json")


class Measured(BaseModel):
    """One page of one query."""

    requests: dict[str, int]
    """How many of each kind."""
    units: float
    """Read capacity units."""
    lines: int


def measured() -> dict[str, Measured]:
    """By the name of the query."""
    return TypeAdapter(dict[str, Measured]).validate_json(FILE.read_bytes())
