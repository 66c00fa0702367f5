"""A key template: one pair of keys that is rendered from named fields, and parsed back into them.

    SNAPSHOT = Template("W#{workspace}#{incarnation}", "S#{kind}#{id}")
    SNAPSHOT.key(workspace=home, incarnation=life, kind="task", id=chore)   both keys
    SNAPSHOT.partition(workspace=home, incarnation=life)                    the partition alone
    SNAPSHOT.prefix(kind="task")                                            the sort key's beginning: "S#task#"

No field holds the separator `#`: so what was rendered can be parsed, and no value reaches into another's key.
"""

import re
from dataclasses import dataclass, field

from ascend.adapters.table.item import Key
from ascend.domain.errors import LimitExceeded

FIELD = re.compile(r"\{(\w+)\}")
SEPARATOR = "#"


@dataclass(frozen=True, slots=True)
class Template:
    pk: str
    sk: str
    _parsers: tuple[re.Pattern[str], re.Pattern[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_parsers", (parser(self.pk), parser(self.sk)))

    @property
    def fields(self) -> tuple[str, ...]:
        """In the order in which they stand."""
        return tuple(dict.fromkeys(FIELD.findall(self.pk + self.sk)))

    def key(self, **fields: str) -> Key:
        """Both keys. Raises `LimitExceeded` where a field holds the separator, `KeyError` where one is missing."""
        check(fields)
        return Key(self.pk.format_map(fields), self.sk.format_map(fields))

    def partition(self, **fields: str) -> str:
        check(fields)
        return self.pk.format_map(fields)

    def prefix(self, **fields: str) -> str:
        """The sort key up to the first field that is not given."""
        check(fields)
        missing = next((match for match in FIELD.finditer(self.sk) if match[1] not in fields), None)
        return self.sk[: missing.start() if missing else None].format_map(fields)

    def parse(self, key: Key) -> dict[str, str]:
        """The fields that a rendered key holds. Raises `ValueError` for a key of another template."""
        found: dict[str, str] = {}
        for pattern, text in zip(self._parsers, (key.pk, key.sk), strict=True):
            match = pattern.fullmatch(text)
            if match is None or any(found.get(name, value) != value for name, value in match.groupdict().items()):
                raise ValueError(f"{text!r} is not {self.pk} {self.sk}")
            found |= match.groupdict()
        return found

    def matches(self, key: Key) -> bool:
        """Whether the key may have been rendered from this template."""
        try:
            self.parse(key)
        except ValueError:
            return False
        return True


def parser(template: str) -> re.Pattern[str]:
    literals = FIELD.split(template)  # literal, field, literal, field, … literal
    parts = (f"(?P<{part}>[^{SEPARATOR}]*)" if at % 2 else re.escape(part) for at, part in enumerate(literals))
    return re.compile("".join(parts), re.DOTALL)


def check(fields: dict[str, str]) -> None:
    for name, value in fields.items():
        if SEPARATOR in value:
            raise LimitExceeded(f"{name} cannot stand in a key: it holds {SEPARATOR!r}")
