"""YAML that somebody wrote: read without trust, into a model. What is wrong is said with its line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from ascend.cli.schema.yaml_loader import Loader, number_meant
from ascend.domain.errors import InvalidInput
from ascend.domain.runtime.arguments import cut

M = TypeVar("M", bound=BaseModel)
BYTES = 100_000
DEPTH = 20
SHOWN = 5
"""Mistakes that are told at once."""


def read(file: Path, model: type[M]) -> M:
    """Raises `InvalidInput` with file and line."""
    with file.open("rb") as opened:
        content = opened.read(BYTES + 1)
    if len(content) > BYTES:
        raise InvalidInput(f"{file} is larger than {BYTES:,} bytes")
    try:
        return parse(content.decode(), model)
    except UnicodeDecodeError:
        raise InvalidInput(f"{file} is no text in UTF-8") from None
    except InvalidInput as error:
        raise InvalidInput(f"{file}, {error.detail}") from None


def parse(text: str, model: type[M]) -> M:
    """Raises `InvalidInput` that begins with the line."""
    try:
        check_events(text)
        node = yaml.compose(text, Loader)
        check_keys(node)
        data = yaml.load(text, Loader)  # noqa: S506  it is a safe one
    except yaml.MarkedYAMLError as error:
        line = line_at(error.problem_mark or error.context_mark)
        raise InvalidInput(f"line {line}: {error.problem or error.context}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise InvalidInput(f"line 1: {' '.join(str(error).split())[:200]}") from None
    if not isinstance(data, dict):
        raise InvalidInput("line 1: names and values are expected (`name: value`)")
    try:
        return model.model_validate_json(json.dumps(data, default=str), strict=True)
    except ValidationError as error:
        said = [f"line {line_of(node, where(one))}: {sentence(one)}" for one in error.errors()]
        more = f"; and {len(said) - SHOWN} more" if len(said) > SHOWN else ""
        raise InvalidInput("; ".join(said[:SHOWN]) + more) from None


def check_events(text: str) -> None:
    """Before anything is built of it. Raises `InvalidInput`: what repeats itself or nests may grow without end."""
    depth = 0
    for event in yaml.parse(text, Loader):
        if isinstance(event, yaml.AliasEvent):
            raise InvalidInput(f"line {line_at(event.start_mark)}: anchors and aliases are not read here")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH:
            raise InvalidInput(f"line {line_at(event.start_mark)}: this nests more than {DEPTH} deep")


def check_keys(node: yaml.Node | None) -> None:
    """Raises `InvalidInput` where a name stands twice: one of the two would be lost."""
    for mapping in walk(node):
        names: set[str] = set()
        for key, _ in mapping.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in names:
                said = (
                    f"{cut(key.value)} stands there twice" if isinstance(key, yaml.ScalarNode) else "a name is one word"
                )
                raise InvalidInput(f"line {line_at(key.start_mark)}: {said}")
            names.add(key.value)


def walk(node: yaml.Node | None) -> Iterator[yaml.MappingNode]:
    """All mappings in it."""
    if isinstance(node, yaml.MappingNode):
        yield node
        for _, value in node.value:
            yield from walk(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from walk(value)


def line_of(node: yaml.Node | None, where: tuple[int | str, ...]) -> int:
    """Of what a validator names, or of what is nearest to it."""
    line = 1
    for step in where:
        found = child(node, step)
        if found is None:
            break
        line, node = found
    return line


def child(node: yaml.Node | None, step: int | str) -> tuple[int, yaml.Node] | None:
    """What stands at this name or number, and its line."""
    if isinstance(node, yaml.MappingNode):
        named = ((line_at(key.start_mark), value) for key, value in node.value if key.value == str(step))
        return next(named, None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return line_at(node.value[step].start_mark), node.value[step]
    return None


def line_at(mark: Any) -> int:
    """The first one where the library names none."""
    return 1 if mark is None else int(mark.line) + 1


def where(one: Any) -> tuple[int | str, ...]:
    """As a validator names it: `at` goes on from where it was called."""
    return (*one["loc"], *one.get("ctx", {}).get("at", ()))


def sentence(one: Any) -> str:
    named = ".".join(cut(str(step)) for step in one["loc"] if step != "[key]")
    said = "this is not known here" if one["type"] == "extra_forbidden" else one["msg"]
    said = number_meant(one.get("input"), one["type"].startswith("int")) or said
    return f"{named}: {said}" if named else said
