"""More lists, one line each: assets, what carries a tag, what happened to one entity, a user's mentions and what they did."""

from ascend import Ref
from ascend.cli.desk import Desk
from ascend.cli.terminal.printing import Column
from ascend.projections.queries import Entry
from ascend.projections.queries.pages import all_items
from ascend.projections.read_models.assets import AssetCard
from ascend.projections.read_models.comments import MentionLine
from ascend.projections.read_models.feed import DoneLine
from ascend.projections.read_models.history import HistoryLine
from ascend.projections.read_models.tags import TagLine

MOST = 1_000


async def assets(desk: Desk, name: str) -> None:
    workspace = await desk.names.rendered_workspace(name)
    ask, viewer = desk.store.queries, desk.viewer
    columns = (
        Column[AssetCard]("ID", 36, lambda card: card.asset, "dim", roomy=True),
        Column[AssetCard]("KIND", 8, lambda card: card.kind),
        Column[AssetCard]("NAME", 40, lambda card: card.details.name),
        Column[AssetCard]("WHERE", 0, lambda card: card.details.uri or amount(card)),
    )
    await desk.printer.listing(
        columns, all_items(lambda cursor: ask.assets(workspace, viewer=viewer, limit=MOST, cursor=cursor))
    )


def amount(card: AssetCard) -> str:
    return "" if card.details.amount is None else f"{card.details.amount} {card.details.currency}"


async def tagged(desk: Desk, name: str, tag: str) -> None:
    workspace = await desk.names.rendered_workspace(name)
    ask, viewer = desk.store.queries, desk.viewer
    columns = (
        Column[TagLine]("KIND", 9, lambda line: line.kind),
        Column[TagLine]("ID", 36, lambda line: line.entity, "dim"),
        Column[TagLine]("TITLE", 0, lambda line: line.title),
    )
    await desk.printer.listing(
        columns, all_items(lambda cursor: ask.tagged(workspace, tag, viewer=viewer, cursor=cursor))
    )


async def history_of(desk: Desk, name: str, entity_name: str) -> None:
    workspace = await desk.names.rendered_workspace(name)
    entity = await desk.names.entity(workspace, entity_name)
    ref = Ref(type(entity).__name__.removesuffix("Id").lower(), entity)
    ask, viewer, zone = desk.store.queries, desk.viewer, desk.options.clock().tzinfo
    columns = (
        Column[HistoryLine]("POS", 6, lambda line: f"{line.position:>6}", "dim"),
        Column[HistoryLine]("AT", 16, lambda line: f"{line.happened.astimezone(zone):%Y-%m-%d %H:%M}"),
        Column[HistoryLine]("BY", 15, lambda line: line.actor),
        Column[HistoryLine]("EVENT", 0, lambda line: line.event),
    )
    await desk.printer.listing(
        columns, all_items(lambda cursor: ask.history_of(workspace, ref, viewer=viewer, limit=MOST, cursor=cursor))
    )


async def mentions(desk: Desk, name: str) -> None:
    user = await desk.names.user(name)
    ask, viewer, zone = desk.store.queries, desk.viewer, desk.options.clock().tzinfo
    columns = (
        Column[Entry[MentionLine]]("AT", 16, lambda entry: f"{entry.line.posted_at.astimezone(zone):%Y-%m-%d %H:%M}"),
        Column[Entry[MentionLine]]("WORKSPACE", 20, lambda entry: entry.workspace_name),
        Column[Entry[MentionLine]]("BY", 15, lambda entry: entry.line.author),
        Column[Entry[MentionLine]]("COMMENT", 0, lambda entry: entry.line.excerpt),
    )
    await desk.printer.listing(columns, all_items(lambda cursor: ask.mentions(user, viewer=viewer, cursor=cursor)))


async def done(desk: Desk, name: str) -> None:
    user = await desk.names.user(name)
    ask, viewer, zone = desk.store.queries, desk.viewer, desk.options.clock().tzinfo
    columns = (
        Column[Entry[DoneLine]]("DONE", 16, lambda entry: f"{entry.line.closed_at.astimezone(zone):%Y-%m-%d %H:%M}"),
        Column[Entry[DoneLine]]("WORKSPACE", 20, lambda entry: entry.workspace_name),
        Column[Entry[DoneLine]]("TITLE", 0, lambda entry: entry.line.title),
    )
    await desk.printer.listing(columns, all_items(lambda cursor: ask.done(user, viewer=viewer, cursor=cursor)))
