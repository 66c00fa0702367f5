"""Names of the resources in the CloudFormation template."""

from dataclasses import dataclass
from typing import Any

from ascend.adapters.layout.table_specs import TableSpec

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A table or one of its indexes."""

    spec: TableSpec
    index: str | None = None

    @property
    def name(self) -> str:
        """The beginning of the names of its parameters and resources."""
        return f"{self.spec.table.value.capitalize()}{(self.index or '').capitalize()}"

    @property
    def label(self) -> str:
        return self.spec.table.value if self.index is None else f"{self.spec.table.value}-{self.index}"


def list_places(spec: TableSpec) -> list[Place]:
    """Return the table and its indexes."""
    return [Place(spec), *(Place(spec, index.name) for index in spec.indexes)]


def make_logical_id(spec: TableSpec) -> str:
    """Return the logical id of a table."""
    return f"{spec.table.value.capitalize()}Table"


def add_prefix(suffix: str) -> Resource:
    """Return a name that begins with the store's prefix."""
    return {"Fn::Sub": f"${{Prefix}}-{suffix}"}
