"""Plain models: their fields are all that is stored of them, and nothing of their own runs when they are validated.

A plain model has no validators, no serializers, no private attributes, no aliases and no validated defaults. Its settings are those of `Event`.
"""

from dataclasses import fields
from inspect import getattr_static
from typing import Annotated, Any, TypeGuard

from annotated_types import BaseMetadata, Ge, Gt, Le, Len, Lt, MaxLen, MinLen, MultipleOf
from pydantic import AfterValidator, AllowInfNan, BaseModel
from pydantic.fields import FieldInfo

from ascend.domain.values import CHECKS, EmptyValue, ZonedTime

PLAIN_SETTINGS = frozenset({"frozen", "extra", "hide_input_in_errors", "title", "defer_build"})
LIMITS = frozenset({"pattern", "max_digits", "decimal_places", "allow_inf_nan"})
"""Settings of `Field` that refuse values."""
SCHEMA = "__get_pydantic_core_schema__"
FOREIGN = ("__new__", SCHEMA, "model_post_init", "model_validate", "model_dump")
"""A model that defines one of these itself is not plain."""
OWN_SERIALIZER = frozenset({ZonedTime})
"""Models whose serializer leaves something out for a digest only."""


def is_plain(cls: type[Any]) -> TypeGuard[type[BaseModel]]:
    """Return True for a plain model."""
    return (
        issubclass(cls, BaseModel)
        and all(getattr_static(cls, name, None) is getattr_static(BaseModel, name, None) for name in FOREIGN)
        and getattr(cls.__init__, "__pydantic_base_init__", False)
        and PLAIN_SETTINGS.issuperset(cls.model_config)
        and cls.model_config.get("extra") == "forbid"
        and cls.model_config.get("frozen") is True
        and not cls.__private_attributes__
        and _has_no_decorators(cls)
        and not any(map(_is_special, cls.model_fields.values()))
    )


def _has_no_decorators(cls: type[BaseModel]) -> bool:
    decorators = cls.__pydantic_decorators__
    used = {field.name for field in fields(decorators) if getattr(decorators, field.name)}
    return used <= ({"model_serializers"} if cls in OWN_SERIALIZER else set())


def _is_special(field: FieldInfo) -> bool:
    return any((field.alias, field.validation_alias, field.serialization_alias, field.validate_default))


def list_types(model: type[BaseModel]) -> dict[str, Any]:
    """Return the types of the fields, with what annotates them."""
    return {name: _annotate(field) for name, field in model.model_fields.items()}


def _annotate(field: FieldInfo) -> Any:
    return Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation


def is_check(annotation: object) -> bool:
    """Return True for an annotation that refuses values, and changes none."""
    match annotation:
        case AfterValidator():
            return annotation.func in CHECKS
        case FieldInfo():
            return all(map(is_check, annotation.metadata))
        case AllowInfNan() | Ge() | Gt() | Le() | Len() | Lt() | MaxLen() | MinLen() | MultipleOf() | EmptyValue():
            return True
        case BaseMetadata():
            return LIMITS.issuperset(getattr(annotation, "__dict__", {"unknown": None}))
        case _:
            return False
