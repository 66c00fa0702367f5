"""Compiles the constructors of a model: one for each shape, the names in a JSON object in their order.

    ("task_id", "title", "at")  ─▶  def construct(stored):
                                        [v0, v1, v2] = stored.values()
                                        if not (type(v0) is str and type(v1) is str and type(v2) is str):
                                            raise TypeError
                                        made = new(model)
                                        set_values(made, {'at': p0(v2), 'task_id': p1(v0), 'title': v1, 'parent': d3})
                                        …
                                        return made

A loop over the fields takes twice as long. The source holds the names of the model's fields, and nothing of what is stored.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import getattr_static
from typing import Any

from pydantic import BaseModel

Constructor = Callable[[dict[str, Any]], Any]
"""Returns a value from its JSON object. Raises one of `NOT_AS_WRITTEN` for what it cannot be: validation says what is wrong."""
Parsers = Mapping[type[Any], Callable[[Any], Any] | None]
"""The ways to read a value, by its type in JSON. None: it is kept as it is."""

SHAPES = 200
"""Shapes of one model that have constructors. Objects of further shapes are validated."""
SLOTS = {
    "values": "__dict__",
    "names": "__pydantic_fields_set__",
    "extra": "__pydantic_extra__",
    "private": "__pydantic_private__",
}
SETTERS = {f"set_{name}": getattr_static(BaseModel, slot).__set__ for name, slot in SLOTS.items()}
SOURCE = """\
def construct(stored):
    [{values}] = stored.values()
    if not ({checks}):
        raise TypeError
    made = new(model)
    set_values(made, {{{fields}}})
    set_names(made, names)
    set_extra(made, None)
    set_private(made, None)
    return made
"""


@dataclass(frozen=True, slots=True)
class ConstructedField:
    """A field of a model, as its constructors need it."""

    parsers: Parsers
    is_required: bool
    default: Any
    """The default, which all values share."""
    make: Callable[[], Any] | None
    """Makes a default that is not shared."""


class Shapes(dict[tuple[str, ...], Constructor]):
    """The constructors of a model by shape, each compiled when it is first asked for. Loops take the one they need.

    Called, they are a constructor of any shape.

    The values of one shape share the set of the names that were set: they are frozen, and a copy has a set of its own.
    """

    def __init__(self, model: type[BaseModel], fields: Mapping[str, ConstructedField]) -> None:
        super().__init__()
        self._model = model
        self._fields = fields
        self._required = {name for name, field in fields.items() if field.is_required}

    def __call__(self, stored: dict[str, Any]) -> Any:
        return self[tuple(stored)](stored)

    def __missing__(self, shape: tuple[str, ...]) -> Constructor:
        """Raises: LookupError if no value has this shape, or if there are constructors for too many shapes."""
        if len(self) >= SHAPES or not self._required <= {*shape} <= self._fields.keys():
            raise LookupError
        self[shape] = constructor = compile_constructor(self._model, self._fields, shape)
        return constructor


def compile_constructor(
    model: type[BaseModel], fields: Mapping[str, ConstructedField], shape: tuple[str, ...]
) -> Constructor:
    """Return the constructor of the values of this shape."""
    scope: dict[str, Any] = {
        "new": model.__new__,
        "model": model,
        "names": {*shape},
        "parse_value": parse_value,
    } | SETTERS
    values, checks = {name: f"v{number}" for number, name in enumerate(shape)}, ["True"]
    made: list[str] = []
    for number, (name, field) in enumerate(fields.items()):
        if (value := values.get(name)) is not None:
            made.append(f"{name!r}: {_name_value(field, value, f'p{number}', scope)}")
            checks += [f"type({value}) is {kind.__name__}" for kind in field.parsers if len(field.parsers) == 1]
        else:
            scope[f"d{number}"] = field.make or field.default
            made.append(f"{name!r}: d{number}{'()' if field.make else ''}")
    source = SOURCE.format(values=", ".join(values.values()), checks=" and ".join(checks), fields=", ".join(made))
    exec(source, scope)  # noqa: S102  see the top of this file
    constructor: Constructor = scope["construct"]
    return constructor


def _name_value(field: ConstructedField, value: str, parser: str, scope: dict[str, Any]) -> str:
    """Return the source of a field's value, and add its parser to the scope."""
    if len(field.parsers) > 1:
        scope[parser] = field.parsers
        return f"parse_value({parser}, {value})"
    [scope[parser]] = field.parsers.values()
    return value if scope[parser] is None else f"{parser}({value})"


def parse_value(parsers: Parsers, value: Any) -> Any:
    """Return the value of JSON. Raises: LookupError if its type is none of these."""
    parse = parsers[type(value)]
    return value if parse is None else parse(value)
