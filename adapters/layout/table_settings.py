"""The settings of a table that each deployment chooses, beside the declared ones of `table_specs`.

The defaults are those of the CloudFormation template: on demand, without caps, in the Standard class.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ascend.adapters.layout.table_specs import ON_DEMAND
from ascend.adapters.table.item import Table

PROVISIONED = "PROVISIONED"
STANDARD = "STANDARD"
INFREQUENT_ACCESS = "STANDARD_INFREQUENT_ACCESS"
LONGEST_RECOVERY = 35
"""Days that point-in-time recovery reaches back if nobody shortens it."""


@dataclass(frozen=True, slots=True)
class LeastCapacity:
    """The units a second below which the provisioned capacity of a table or index never falls."""

    reads: int
    writes: int


@dataclass(frozen=True, slots=True)
class TableSettings:
    """The settings of one table that a deployment chooses."""

    billing: str = ON_DEMAND
    table_class: str = STANDARD
    read_cap: int | None = None
    """The most read units a second on demand, in the table and in each index. None: no cap."""
    write_cap: int | None = None
    recovery_days: int = LONGEST_RECOVERY
    """Days that point-in-time recovery must reach back, where it is on."""
    least: Mapping[str, LeastCapacity] = field(default_factory=dict[str, LeastCapacity])
    """The capacity of a provisioned table and of its indexes, by place."""


StoreSettings = Mapping[Table, TableSettings]
"""The settings of the tables of a store. A table that is not in it has the defaults."""
DEFAULTS = TableSettings()
