"""The units that each access pattern consumed on DynamoDB Local for a realistic page.

A test measures them again at every run.
"""

from pathlib import Path

from pydantic import BaseModel, TypeAdapter

FILE = Path(__file__).with_suffix(".json")


class MeasuredPage(BaseModel):
    """The requests, read units and lines of one page of a query."""

    requests: dict[str, int]
    """Number of requests by kind."""
    units: float
    """Read capacity units."""
    lines: int


def load_measured() -> dict[str, MeasuredPage]:
    """Return the measured pages by the name of the query."""
    return TypeAdapter(dict[str, MeasuredPage]).validate_json(FILE.read_bytes())
