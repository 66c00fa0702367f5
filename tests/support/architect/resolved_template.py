"""The resources of a CloudFormation template as given parameters make them: conditions, `Fn::If`, `Ref` to a parameter.

Other functions (`Fn::Sub`, `Fn::GetAtt`, a `Ref` to a resource) stay as they are.
"""

from collections.abc import Mapping
from typing import Any, TypeGuard

Values = Mapping[str, Any]
NO_VALUE = {"Ref": "AWS::NoValue"}


def resolve_resources(template: Values, parameters: Mapping[str, str]) -> dict[str, Any]:
    """Return the properties of each resource that is created, by logical id."""
    unknown = parameters.keys() - template["Parameters"].keys()
    assert not unknown, unknown
    values = {name: str(parameter["Default"]) for name, parameter in template["Parameters"].items()} | dict(parameters)
    return {
        id: resolve(resource["Properties"], template, values)
        for id, resource in template["Resources"].items()
        if "Condition" not in resource or is_true({"Condition": resource["Condition"]}, template, values)
    }


def is_true(condition: Values, template: Values, values: Values) -> bool:
    [(function, operand)] = condition.items()
    match function:
        case "Condition":
            return is_true(template["Conditions"][operand], template, values)
        case "Fn::Not":
            return not is_true(operand[0], template, values)
        case "Fn::And":
            return all(is_true(each, template, values) for each in operand)
        case "Fn::Or":
            return any(is_true(each, template, values) for each in operand)
        case "Fn::Equals":
            one, other = (resolve(each, template, values) for each in operand)
            return bool(one == other)
        case _:
            raise AssertionError(f"{function} is not expected here")


def resolve(value: Any, template: Values, values: Values) -> Any:
    if is_list(value):
        return [resolve(each, template, values) for each in value]
    return resolve_object(value, template, values) if is_object(value) else value


def is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def resolve_object(value: Values, template: Values, values: Values) -> Any:
    if "Fn::If" in value:
        condition, then, otherwise = value["Fn::If"]
        chosen = then if is_true({"Condition": condition}, template, values) else otherwise
        return resolve(chosen, template, values)
    if set(value) == {"Ref"} and value["Ref"] in values:
        return values[value["Ref"]]
    resolved = {name: resolve(each, template, values) for name, each in value.items()}
    return {name: each for name, each in resolved.items() if each != NO_VALUE}
