"""How YAML is read here: without trust, and a value that cannot be read is told with its place."""

import re
from decimal import Decimal
from typing import Any

import yaml

from ascend.domain.runtime.arguments import cut

EXPONENT = re.compile(r"([+-]?[0-9]{1,20}(?:\.[0-9]{0,20})?)e([+-]?)([0-9]{1,2})", re.IGNORECASE)


class Loader(yaml.SafeLoader):
    """Safe, and with the truth values of YAML 1.2: `on`, `off`, `yes` and `no` are words."""

    yaml_implicit_resolvers = {
        letter: [(tag, pattern) for tag, pattern in known if letter in "tTfF" or not tag.endswith(":bool")]
        for letter, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:  # its signature is the library's
        try:
            return super().construct_object(node, deep)  # pyright: ignore[reportUnknownMemberType]
        except (ValueError, AttributeError):  # a day that there is not, a number without end, …
            said = f"{cut(str(node.value))} cannot be read as {node.tag.rpartition(':')[2]}: put a text in quotes"
            raise yaml.constructor.ConstructorError(None, None, said, node.start_mark) from None


def number_meant(text: object, whole: bool) -> str | None:
    """How a number is written that YAML 1.1 reads as text: 1e3 has no dot, or no sign behind the e."""
    found = EXPONENT.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    digits, sign, exponent = found.groups()
    dotted = f"{digits if '.' in digits else f'{digits}.0'}e{sign or '+'}{exponent}"
    return f"{text} is a text in YAML: write {Decimal(dotted).normalize():f}" + ("" if whole else f" or {dotted}")
