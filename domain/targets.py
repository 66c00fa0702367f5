"""Targets of links, relations and comments: a Thing, a Task or an Asset, named by its kind and id."""

from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from ascend.domain.assets.asset import Asset
from ascend.domain.assets.commands import existing_asset
from ascend.domain.errors import InvalidInput
from ascend.domain.ids import AssetId, Id, Ref, TaskId, ThingId
from ascend.domain.tasks.rules import existing_task
from ascend.domain.tasks.task import Task
from ascend.domain.things.rules import living_thing
from ascend.domain.things.thing import Thing
from ascend.domain.workspaces.view import View

IDS: dict[str, type[Id]] = {Thing.entity: ThingId, Task.entity: TaskId, Asset.entity: AssetId}


def _check_kind_and_id(ref: Ref) -> Ref:
    kind = IDS.get(ref.kind)
    if kind is None:
        raise PydanticCustomError("target", "a kind is thing, task or asset")
    try:
        return Ref(ref.kind, kind(ref.id))
    except InvalidInput as error:
        raise PydanticCustomError("target", "{why}", {"why": error.detail}) from None


def _check_not_asset(ref: Ref) -> Ref:
    if ref.kind == Asset.entity:
        raise PydanticCustomError("target", "a kind is thing or task here")
    return ref


Target = Annotated[Ref, AfterValidator(_check_kind_and_id)]
ThingOrTask = Annotated[Target, AfterValidator(_check_not_asset)]


def check_target(view: View, ref: Ref) -> None:
    """Check that the target exists and was not deleted.

    Raises:
        NoSuchThing, NoSuchTask, NoSuchAsset: it does not exist.
    """
    if ref.kind == Thing.entity:
        living_thing(view, ThingId(ref.id))
    elif ref.kind == Task.entity:
        existing_task(view, TaskId(ref.id))
    else:
        existing_asset(view, AssetId(ref.id))
