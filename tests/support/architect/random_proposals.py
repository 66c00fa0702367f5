"""Random proposals: entities with attributes and relationships of every kind, and questions that combine them freely."""

import random
from typing import Any

from ascend.architect.review.proposal import Proposal

TYPES = ("text", "number", "flag", "date", "instant", "created", "choice")
NAMES = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf")
ENDS = ("hotel", "india", "juliet", "kilo")
KINDS = ("order", "product", "room")
OUTSIDE = ("thing", "task", "customer")


def make_proposal(seed: int) -> Proposal:
    """Return the proposal of this number. Its questions are valid; not each of them can be answered."""
    dice = random.Random(seed)
    kinds: list[str] = dice.sample(KINDS, dice.choice((1, 1, 2, 3)))
    return Proposal.model_validate({"entities": [make_entity(dice, kind, kinds) for kind in kinds]})


def make_entity(dice: random.Random, kind: str, kinds: list[str]) -> dict[str, Any]:
    attributes = {name: make_attribute(dice) for name in dice.sample(NAMES, dice.randrange(1, 6))}
    relationships = [make_relationship(dice, name, kind, kinds) for name in dice.sample(ENDS, dice.randrange(4))]
    entity: dict[str, Any] = {"entity": kind, "attributes": attributes, "relationships": relationships}
    patterns = [make_question(dice, number, entity) for number in range(dice.randrange(1, 7))]
    return entity | {"patterns": patterns, "writes_a_day": dice.choice((10, 500)), "items": dice.choice((100, 5_000))}


def make_attribute(dice: random.Random) -> dict[str, Any]:
    type_ = dice.choice(TYPES)
    attribute: dict[str, Any] = {"type": type_}
    if type_ == "choice":
        attribute["values"] = ["open", "started", "done"][: dice.randrange(1, 4)]
    if type_ == "text":
        attribute["bytes"] = dice.choice((10, 60, 90, 90, 2_000))
    if type_ != "created":
        attribute["changes"] = dice.random() < 0.6
        attribute["optional"] = dice.random() < 0.3
        attribute["unique"] = type_ in {"text", "number"} and attribute.get("bytes", 0) <= 90 and dice.random() < 0.1
    return attribute


def make_relationship(dice: random.Random, name: str, kind: str, kinds: list[str]) -> dict[str, Any]:
    to = dice.choice((["user"], [kind], [dice.choice(kinds)], [dice.choice(OUTSIDE)], ["thing", "task"]))
    each = dice.choice((1, 1, 3, 5))
    relationship: dict[str, Any] = {"name": name, "to": to, "each": each, "of_one": dice.choice((5, 200))}
    if each == 1:
        return relationship | {"changes": dice.random() < 0.5, "optional": to == [kind] or dice.random() < 0.4}
    return relationship | {"ordered": dice.random() < 0.4}


def make_question(dice: random.Random, number: int, entity: dict[str, Any]) -> dict[str, Any]:
    question: dict[str, Any] = {"question": f"Question {number} about {entity['entity']}"}
    relationships, attributes = entity["relationships"], entity["attributes"]
    keys = [name for name, spec in attributes.items() if spec.get("bytes", 0) <= 90]
    shape = dice.random()
    if shape < 0.15:
        return question | {"by": ["id"], "consistent": dice.random() < 0.5}
    if shape < 0.25 and relationships:
        return question | {"by": ["id"], "shows": dice.choice(relationships)["name"]}
    parents = [spec["name"] for spec in relationships if spec["to"] == [entity["entity"]] and spec["each"] == 1]
    if shape < 0.35 and parents:
        return question | {"by": [dice.choice(parents)], "deep": True}
    names = [*(spec["name"] for spec in relationships), *keys]
    by = dice.sample(names, min(len(names), dice.choice((0, 1, 1, 2))))
    question |= {"by": by, "descending": dice.random() < 0.3}
    return (
        question
        | choose_order(dice, keys, by)
        | choose_subset(dice, attributes, by)
        | choose_scope(dice, relationships, by)
    )


def choose_order(dice: random.Random, keys: list[str], by: list[str]) -> dict[str, Any]:
    free = [name for name in keys if name not in by]
    if not free or dice.random() < 0.3:
        return {}
    name = dice.choice(free)
    if dice.random() < 0.03:
        return {"range": name, "order": dice.choice(free)}
    return {dice.choice(("order", "range")): name}


def choose_subset(dice: random.Random, attributes: dict[str, Any], by: list[str]) -> dict[str, Any]:
    choices = [name for name, spec in attributes.items() if spec["type"] == "choice" and name not in by]
    flags = [name for name, spec in attributes.items() if spec["type"] == "flag" and name not in by]
    if choices and dice.random() < 0.3:
        name = dice.choice(choices)
        values = attributes[name]["values"]
        return {"only": {name: dice.sample(values, dice.randrange(1, len(values) + 1))}}
    return {"only": {dice.choice(flags): dice.random() < 0.7}} if flags and dice.random() < 0.2 else {}


def choose_scope(dice: random.Random, relationships: list[Any], by: list[str]) -> dict[str, Any]:
    users = [spec["name"] for spec in relationships if spec["to"] == ["user"] and spec["name"] in by]
    if users and dice.random() < 0.6:
        return {"across": True}
    return {"everywhere": True} if dice.random() < 0.05 else {"consistent": True} if dice.random() < 0.08 else {}
