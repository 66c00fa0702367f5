"""Load untrusted YAML. An error about an unreadable value names the value's place."""

import re
from decimal import Decimal
from typing import Any

import yaml

from ascend.domain.runtime.arguments import cut_value

EXPONENT = re.compile(r"([+-]?[0-9]{1,20}(?:\.[0-9]{0,20})?)e([+-]?)([0-9]{1,2})", re.IGNORECASE)


class UntrustedLoader(yaml.SafeLoader):
    """The safe loader with the booleans of YAML 1.2: `on`, `off`, `yes` and `no` are text."""

    yaml_implicit_resolvers = {
        letter: [(tag, pattern) for tag, pattern in resolvers if letter in "tTfF" or not tag.endswith(":bool")]
        for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:  # the signature is the library's
        try:
            return super().construct_object(node, deep)  # pyright: ignore[reportUnknownMemberType]
        except (ValueError, AttributeError):  # for example, a day that does not exist or a number with too many digits
            type_name = node.tag.rpartition(":")[2]
            problem = f"{cut_value(str(node.value))} cannot be read as {type_name}: put a text in quotes"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark) from None


def suggest_number(text: object, whole: bool) -> str | None:
    """Return how to write a number that YAML 1.1 reads as text: 1e3 lacks a dot, or a sign after the e."""
    match = EXPONENT.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    digits, sign, exponent = match.groups()
    dotted = f"{digits if '.' in digits else f'{digits}.0'}e{sign or '+'}{exponent}"
    return f"{text} is a text in YAML: write {Decimal(dotted).normalize():f}" + ("" if whole else f" or {dotted}")
