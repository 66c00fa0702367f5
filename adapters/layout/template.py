"""The template of a stored item's keys, in the grammar of `ascend.projections.key_template`.

SNAPSHOT = Template("W#{workspace}#{incarnation}", "S#{kind}#{id}")
SNAPSHOT.key(workspace=home, incarnation=life, kind="task", id=chore)   both keys
SNAPSHOT.partition(workspace=home, incarnation=life)                    the partition key alone
SNAPSHOT.prefix(kind="task")                                            the beginning of the sort key: "S#task#"
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ascend.adapters.table.item import Key
from ascend.projections.key_template import SEPARATOR, TextTemplate, check_field, parse_key


@dataclass(frozen=True, slots=True)
class Template:
    """Every method that renders raises `LimitExceeded` if a field holds the separator, `KeyError` if one is missing."""

    pk: str
    sk: str
    _texts: tuple[TextTemplate, TextTemplate] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_texts", (TextTemplate(self.pk), TextTemplate(self.sk)))

    @property
    def fields(self) -> tuple[str, ...]:
        """Names, in the order in which they stand in the keys, each once."""
        partition, sort = self._texts
        return tuple(dict.fromkeys((*partition.fields, *sort.fields)))

    def key(self, **fields: str) -> Key:
        """Return both keys."""
        check_fields(fields)
        partition, sort = self._texts
        return Key(partition.render(fields), sort.render(fields))

    def partition(self, **fields: str) -> str:
        check_fields(fields)
        return self._texts[0].render(fields)

    def prefix(self, **fields: str) -> str:
        """Return the sort key up to the first field without a value."""
        check_fields(fields)
        return self._texts[1].before_missing(fields).render(fields)

    def parse(self, key: Key) -> dict[str, str]:
        """Return the fields of a rendered key. Raises `ValueError` for a key of another template."""
        return parse_key(self._texts, (key.pk, key.sk))

    def matches(self, key: Key) -> bool:
        """Return True if the key may have been rendered from this template."""
        try:
            self.parse(key)
        except ValueError:
            return False
        return True

    def matches_partition(self, pk: str) -> bool:
        """Return True if the partition key may have been rendered from this template."""
        return self._texts[0].parse(pk) is not None


def check_fields(fields: Mapping[str, str]) -> None:
    for name, value in fields.items():
        if SEPARATOR in value:
            check_field(name, value)
