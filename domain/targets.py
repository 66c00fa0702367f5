"""What can be pointed at: a Thing, a Task or an Asset, named by its kind and id."""

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from ascend.domain.assets.asset import Asset
from ascend.domain.assets.commands import existing_asset
from ascend.domain.errors import InvalidInput
from ascend.domain.ids import AssetId, Id, Ref, TaskId, ThingId
from ascend.domain.tasks.rules import existing_task
from ascend.domain.tasks.task import Task
from ascend.domain.things.commands import living_thing
from ascend.domain.things.thing import Thing

if TYPE_CHECKING:
    from ascend.domain.workspaces.view import View

IDS: dict[str, type[Id]] = {Thing.entity: ThingId, Task.entity: TaskId, Asset.entity: AssetId}


def _target(ref: Ref) -> Ref:
    kind = IDS.get(ref.kind)
    if kind is None:
        raise PydanticCustomError("target", "a kind is thing, task or asset")
    try:
        return Ref(ref.kind, kind(ref.id))
    except InvalidInput as error:
        raise PydanticCustomError("target", "{why}", {"why": error.detail}) from None


def _thing_or_task(ref: Ref) -> Ref:
    if ref.kind == Asset.entity:
        raise PydanticCustomError("target", "a kind is thing or task here")
    return ref


Target = Annotated[Ref, AfterValidator(_target)]
ThingOrTask = Annotated[Target, AfterValidator(_thing_or_task)]


def check_target(view: "View", ref: Ref) -> None:
    """Raises `NoSuchThing`, `NoSuchTask` or `NoSuchAsset` unless it lives."""
    if ref.kind == Thing.entity:
        living_thing(view, ThingId(ref.id))
    elif ref.kind == Task.entity:
        existing_task(view, TaskId(ref.id))
    else:
        existing_asset(view, AssetId(ref.id))
