"""Links between Assets and the Things and Tasks that show them.

Both sides may have any number of links, so each link is an entity of its own. Its id is derived from its ends: linked
again, it is the same link.
"""

from dataclasses import dataclass, replace
from typing import ClassVar, assert_never

from ascend.domain.assets.asset import Asset
from ascend.domain.assets.commands import asset_in_use
from ascend.domain.event import Event
from ascend.domain.ids import AssetId, LinkId, Ref, UserId
from ascend.domain.targets import ThingOrTask, check_target
from ascend.domain.workspaces.command import NOTHING, Command, Decision
from ascend.domain.workspaces.view import View


class LinkEvent(Event):
    link_id: LinkId
    asset_id: AssetId
    to: Ref
    by: UserId

    def touches(self) -> tuple[Ref, ...]:
        return (Ref(Link.entity, self.link_id),)

    def concerns(self) -> tuple[Ref, ...]:
        return (Ref(Asset.entity, self.asset_id), self.to)


class AssetLinked(LinkEvent, tag="asset.linked"): ...


class AssetUnlinked(LinkEvent, tag="asset.unlinked"): ...


LinkEvents = AssetLinked | AssetUnlinked


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The link of an Asset with a Thing or a Task, which then shows the Asset."""

    entity: ClassVar[str] = "link"
    id: LinkId
    asset: AssetId
    to: Ref
    there: bool


class LinkCommand(Command):
    asset_id: AssetId
    to: ThingOrTask

    @property
    def link_id(self) -> LinkId:
        return LinkId.derive(self.asset_id, *self.to)

    def preloads(self) -> tuple[Ref, ...]:
        return (Ref(Link.entity, self.link_id), Ref(Asset.entity, self.asset_id), self.to)


class LinkAsset(LinkCommand):
    """Links an Asset with a Thing or a Task, which then shows the Asset. Refused if the Asset is retired."""

    def decide(self, view: View) -> Decision:
        link = view.find(Link, self.link_id)
        asset_in_use(view, self.asset_id)
        check_target(view, self.to)
        if link is not None and link.there:
            return NOTHING
        return [AssetLinked(at=view.at, by=view.actor, link_id=self.link_id, asset_id=self.asset_id, to=self.to)]


class UnlinkAsset(LinkCommand):
    """Removes the link between an Asset and a Thing or a Task. The Asset itself stays."""

    def decide(self, view: View) -> Decision:
        link = view.find(Link, self.link_id)
        if link is None or not link.there:
            return NOTHING
        return [AssetUnlinked(at=view.at, by=view.actor, link_id=self.link_id, asset_id=self.asset_id, to=self.to)]


def evolve(link: Link | None, event: LinkEvents, me: str) -> Link:
    match event:
        case AssetLinked():
            return Link(id=event.link_id, asset=event.asset_id, to=event.to, there=True)
        case AssetUnlinked():
            if link is None:
                raise ValueError("asset.unlinked before asset.linked")
            return replace(link, there=False)
        case _:
            assert_never(event)
