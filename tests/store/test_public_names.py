"""An application needs no private module: every class that its code names, passes or gets is a public name."""

import inspect
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, NewType, TypeVar, get_args, get_origin, get_type_hints

import pytest
from pydantic import BaseModel
from support.exports import INTERNAL_COMMANDS, list_missing, list_parts

import ascend
from ascend.projections.engine.leading import NotItsTurn
from ascend.projections.engine.step import LeftToBuilder, Overtaken

HERE = Path(__file__).parent
PUBLIC: dict[str, Any] = {name: getattr(ascend, name) for name in ascend.__all__}
PACKAGE, PROGRAMS = "ascend.", ("ascend.architect.", "ascend.cli.", "ascend.adapters.importers.")


def test_the_public_names_are_pinned() -> None:
    """The changelog lists every name that is added or removed."""
    assert sorted(PUBLIC) == (HERE / "public_names.txt").read_text().split()


@pytest.mark.parametrize("name", [name for name, value in PUBLIC.items() if callable(value)])
def test_every_class_in_a_public_signature_is_public(name: str) -> None:
    """Followed from name to name: the fields of public classes, their public methods, and public functions."""
    private = {
        f"{where} names {cls.__module__}.{cls.__name__}"
        for where, hint in list_hints(PUBLIC[name])
        for cls in find_classes(hint)
        if cls.__module__.startswith(PACKAGE) and PUBLIC.get(cls.__name__) is not cls
    }
    assert private == set()


def test_every_error_is_public() -> None:
    errors = set(find_subclasses(ascend.AscendError)) - {Overtaken, NotItsTurn, LeftToBuilder}  # no caller gets these
    assert {error for error in errors if PUBLIC.get(error.__name__) is not error} == set()
    assert {refusal.__name__ for refusal in find_subclasses(ascend.Refusal)} >= {"TaskIsCancelled", "NotFound"}


def test_every_part_of_the_life_os_is_public() -> None:
    """If this fails: run `make generate`."""
    assert list_missing() == []
    assert len(list_parts()) > 150
    assert {command.__name__ for command in ascend.LIFE_OS.commands} >= INTERNAL_COMMANDS


def list_hints(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield each type in the signature of a function, or in the fields and public methods of a class."""
    if not inspect.isclass(value):
        yield from resolve_hints(value.__name__, value)
        return
    yield from ((where, hint) for where, hint in resolve_hints(value.__name__, value) if "._" not in where)
    for name, member in inspect.getmembers_static(value):
        if not name.startswith("_") and not is_inherited_from_pydantic(value, name):
            yield from resolve_hints(f"{value.__name__}.{name}", find_function(member))


def resolve_hints(where: str, value: Any) -> Iterator[tuple[str, Any]]:
    if inspect.isclass(value) or inspect.isfunction(value):
        yield from ((f"{where}.{name}", hint) for name, hint in get_type_hints(value).items())


def find_function(member: Any) -> Any:
    match member:
        case property():
            return member.fget
        case cached_property():
            return member.func  # pyright: ignore[reportUnknownMemberType,reportUnknownVariableType]
        case classmethod() | staticmethod():
            return member.__func__  # pyright: ignore[reportUnknownMemberType,reportUnknownVariableType]
        case _:
            return member


def is_inherited_from_pydantic(cls: type[Any], name: str) -> bool:
    return issubclass(cls, BaseModel) and name in vars(BaseModel)


def find_classes(hint: Any) -> Iterator[Any]:
    """Yield the classes in a type, also those of a type variable's bound."""
    if isinstance(hint, list):  # the parameters of a Callable
        for inner in hint:  # pyright: ignore[reportUnknownVariableType]
            yield from find_classes(inner)
    elif isinstance(hint, TypeVar):
        yield from find_classes(hint.__bound__)
    elif get_origin(hint) is not None:
        yield from find_classes(get_origin(hint))
        for inner in get_args(hint):
            yield from find_classes(inner)
    elif inspect.isclass(hint) or isinstance(hint, NewType):
        yield hint


def find_subclasses(base: type[Any]) -> Iterator[type[Any]]:
    """Yield the subclasses that the package defines, without those of its programs."""
    for cls in base.__subclasses__():
        if cls.__module__.startswith(PACKAGE) and not cls.__module__.startswith(PROGRAMS):
            yield cls
        yield from find_subclasses(cls)
