"""Read a YAML file of a user into a model. The file is not trusted. Every error names the line."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml
from pydantic import BaseModel, ValidationError

from ascend.cli.schema.yaml_loader import UntrustedLoader, suggest_number
from ascend.domain.errors import InvalidInput
from ascend.domain.runtime.arguments import cut_value

M = TypeVar("M", bound=BaseModel)
Steps = tuple[int | str, ...]
"""The names and numbers that lead to a value."""
MAX_BYTES = 100_000
MAX_DEPTH = 20
MAX_MISTAKES = 5
"""Mistakes that one error lists."""


def read_yaml(file: Path, model: type[M]) -> M:
    """Read the file. Raises: InvalidInput naming the file and the line."""
    text = read_text(file)
    try:
        return parse_yaml(text, model)
    except InvalidInput as error:
        raise InvalidInput(f"{file}, {error.detail}") from None


def read_text(file: Path) -> str:
    """Return the text of a file that is not trusted. Raises: InvalidInput."""
    with file.open("rb") as opened:
        content = opened.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise InvalidInput(f"{file} is larger than {MAX_BYTES:,} bytes")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise InvalidInput(f"{file} is not UTF-8 text") from None


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a file that differs from its model."""

    expand: Callable[[Mapping[Any, Any]], Mapping[Any, Any]]
    """Returns the data in the form of the model."""
    locate: Callable[[Steps, Mapping[Any, Any]], Steps]
    """Returns the path in the file for a path in the model."""


SAME = Form(expand=lambda data: data, locate=lambda path, _: path)


def parse_yaml(text: str, model: type[M], form: Form = SAME) -> M:
    """Parse and validate the text. Raises: InvalidInput whose detail begins with the line."""
    node, data = load_mapping(text)
    try:
        return model.model_validate_json(json.dumps(form.expand(data), default=str), strict=True)
    except ValidationError as error:
        inner = [item for item in error.errors() if item["type"] != "too_short" or error.error_count() == 1]
        mistakes = [describe_mistake(node, form, data, item) for item in inner or error.errors()]
        more = f"; and {len(mistakes) - MAX_MISTAKES} more" if len(mistakes) > MAX_MISTAKES else ""
        raise InvalidInput("; ".join(mistakes[:MAX_MISTAKES]) + more) from None


def load_mapping(text: str) -> tuple[yaml.Node | None, Mapping[Any, Any]]:
    """Return the root node, which knows the lines, and the data."""
    try:
        check_structure(text)
        node = yaml.compose(text, UntrustedLoader)
        check_names(node)
        data: object = yaml.load(text, UntrustedLoader)  # noqa: S506  this loader is a safe one
    except yaml.MarkedYAMLError as error:
        line = line_at(error.problem_mark or error.context_mark)
        raise InvalidInput(f"line {line}: {error.problem or error.context}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise InvalidInput(f"line 1: {' '.join(str(error).split())[:200]}") from None
    if not isinstance(data, dict):
        raise InvalidInput("line 1: names and values are expected (`name: value`)")
    return node, cast("Mapping[Any, Any]", data)


def check_structure(text: str) -> None:
    """Check the text before anything is built from it: aliases and deep nesting can make small files huge.

    Raises: InvalidInput.
    """
    depth = 0
    for event in yaml.parse(text, UntrustedLoader):
        if isinstance(event, yaml.AliasEvent):
            raise InvalidInput(f"line {line_at(event.start_mark)}: anchors and aliases are not supported")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise InvalidInput(f"line {line_at(event.start_mark)}: values are nested more than {MAX_DEPTH} deep")


def check_names(node: yaml.Node | None) -> None:
    """Raises: InvalidInput if a mapping has a name twice, because one of the two values would be lost."""
    for mapping in walk_mappings(node):
        names: set[str] = set()
        for key, _ in mapping.value:
            if not isinstance(key, yaml.ScalarNode):
                raise InvalidInput(f"line {line_at(key.start_mark)}: a name must be one word")
            if key.value in names:
                raise InvalidInput(f"line {line_at(key.start_mark)}: {cut_value(key.value)} is given twice")
            names.add(key.value)


def walk_mappings(node: yaml.Node | None) -> Iterator[yaml.MappingNode]:
    """Yield the mapping itself and all mappings inside."""
    if isinstance(node, yaml.MappingNode):
        yield node
        for _, value in node.value:
            yield from walk_mappings(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from walk_mappings(value)


def line_of(node: yaml.Node | None, path: tuple[int | str, ...]) -> int:
    """Return the line of the value at the path, or of the nearest value above it."""
    line = 1
    for step in path:
        child = find_child(node, step)
        if child is None:
            break
        line, node = child
    return line


def find_child(node: yaml.Node | None, step: int | str) -> tuple[int, yaml.Node] | None:
    """Return the value with this name or number, and its line."""
    if isinstance(node, yaml.MappingNode):
        matches = ((line_at(key.start_mark), value) for key, value in node.value if key.value == str(step))
        return next(matches, None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return line_at(node.value[step].start_mark), node.value[step]
    return None


def line_at(mark: Any) -> int:
    """Return the line of a mark of the library, or 1 without a mark."""
    return 1 if mark is None else int(mark.line) + 1


def path_of(mistake: Any) -> Steps:
    """Return the path of a mistake. A validator appends, as `at`, the path below the value that it validates."""
    return (*mistake["loc"], *mistake.get("ctx", {}).get("at", ()))


def describe_mistake(node: yaml.Node | None, form: Form, data: Mapping[Any, Any], mistake: Any) -> str:
    """Return the line and what is wrong there."""
    line = line_of(node, form.locate(path_of(mistake), data))
    name = ".".join(cut_value(str(step)) for step in form.locate(mistake["loc"], data) if step != "[key]")
    message = "unknown name" if mistake["type"] == "extra_forbidden" else mistake["msg"]
    message = suggest_number(mistake.get("input"), mistake["type"].startswith("int")) or message
    return f"line {line}: {name}: {message}" if name else f"line {line}: {message}"
