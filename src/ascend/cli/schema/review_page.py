"""Render a review as a page for people."""

from collections.abc import Iterator

from ascend.adapters.layout.table_specs import ALL
from ascend.architect.review.assumptions import apply_default
from ascend.architect.review.design import TABLE, Design, KeyPlace, NotAnswered
from ascend.architect.review.estimates import AnswerEstimate, DesignBill, ItemEstimate
from ascend.architect.review.examples import make_example
from ascend.architect.review.multi_attribute import list_attribute_indexes, weigh_attribute_indexes
from ascend.architect.review.open_questions import OpenQuestion
from ascend.architect.review.review import Review
from ascend.architect.review.wording import count_things
from ascend.cli.schema.asking import format_yaml
from ascend.cli.schema.figures import format_money
from ascend.cli.terminal.printing import count_noun


def render_review(review: Review) -> Iterator[str]:
    """Yield the lines of the page."""
    yield f"# Review of {review.title}"
    yield from ("", "## Open questions", "")
    yield from map(render_gap, review.unanswered)
    if not review.unanswered:
        yield "None."
    yield from ("", "## Items and keys")
    for item in review.items:
        yield from render_item(item)
    yield from ("", "## Access patterns", "")
    for answer in review.answers:
        yield from render_answer(review.design, answer)
    yield from ("", "## Not answered", "")
    for refused in review.design.not_answered:
        yield from render_refused(refused)
    if not review.design.not_answered:
        yield "Nothing: every question and every condition has its keys."
    yield from ("", "## Proof", "", render_proof(review))
    yield from ("", "## Trade-offs", "")
    yield from (f"- {one.choice}: {one.chosen}. Against it: {one.against}." for one in review.trade_offs)
    yield from ("", "## Risks", "")
    yield from (f"- {risk.name}: {risk.where}: {risk.said}. To do: {risk.todo}." for risk in review.risks)
    if not review.risks:
        yield "The numbers show none."
    yield from ("", "## Money", "")
    yield from render_bill(review.bill, apply_default(review.design.proposal.workspaces, "workspaces"))


def render_attribute_indexes(review: Review) -> Iterator[str]:
    """Yield the lines about the same indexes with multi-attribute keys."""
    yield from ("", "## The same with multi-attribute index keys", "")
    for index in list_attribute_indexes(review.design):
        yield f"- {index.name}: partition {', '.join(index.partition)}; sort {', '.join(index.sort)}"
    yield from ("", *(f"- {sentence}." for sentence in weigh_attribute_indexes(review.design, review.items)))


def render_gap(gap: OpenQuestion) -> str:
    return f"- {gap.about}: {gap.question} Why it matters: {gap.why}. Assumed: {gap.name}: {format_yaml(gap.assumed)}."


def render_proof(review: Review) -> str:
    proof = review.proof
    questions, lines = count_noun(proof.questions, "question"), count_noun(proof.lines, "line")
    return (
        f"{questions} about {proof.rows} made-up entities, some of them changed and deleted, were asked of this design on the"
        f" memory engine: {lines} are those that a look at every entity gives. `schema check` finds nothing in it."
    )


# ---- items -----------------------------------------------------------------------------------------------------------


def render_item(estimate: ItemEstimate) -> Iterator[str]:
    item = estimate.item
    places = list(item.places)
    yield from ("", f"class {item.name}(ReadItem, key={format_keys(places[0][1])}" + (")" if len(places) == 1 else ","))
    for name, place in places[1:]:
        yield f"    {name}={format_keys(place)}" + (")" if (name, place) == places[-1] else ",")
    each = f"{estimate.of_each:.3g} of each entity" + (f", while {item.subset}" if item.subset else "")
    units = count_things(estimate.units + estimate.index_units, "unit", "units")
    yield f"  {each}, about {estimate.bytes:,} bytes; a change writes about {units}, {estimate.index_units:.3g} of them in indexes"
    if estimate.projections:
        prices = ", ".join(f"{name} ${format_money(price).strip()}" for name, price in estimate.projections.items())
        yield f"  its index entries cost a month, by what the index holds (Ascend's indexes hold {ALL}): {prices}"
    yield from (f"  - {reason}" for reason in item.reasons)


def format_keys(place: KeyPlace) -> str:
    partition, sort = place.keys
    return f'("{partition}", "{sort}")'


# ---- answers ---------------------------------------------------------------------------------------------------------


def render_answer(design: Design, answered: AnswerEstimate) -> Iterator[str]:
    answer = answered.answer
    example = make_example(design, answer)
    place, consistency = (
        ("the table", "consistent") if answer.place == TABLE else (answer.place, "eventually consistent")
    )
    yield f"- {answer.question.question}"
    yield f"    {answer.item} in {place}: {example.condition}"
    yield f"    for example {example.request}"
    if answer.question.everywhere:
        yield "    one such request for each workspace, by a job of the operator"
    yield f"    {consistency}; {answered.units:g} read units a page, ${format_money(answered.money).strip()} a month"


def render_refused(refused: NotAnswered) -> Iterator[str]:
    yield f"- {refused.question.question}: {refused.condition}: {refused.reason}."
    yield from (f"    Instead: {alternative}." for alternative in refused.alternatives)


# ---- money -----------------------------------------------------------------------------------------------------------


def render_bill(bill: DesignBill, workspaces: int) -> Iterator[str]:
    events, views = bill.events, bill.views
    together = f"${bill.total * workspaces:,.2f} for {count_noun(workspaces, 'workspace')}"
    yield f"About ${bill.total:,.2f} a month in one workspace after a year ({together}), on demand in us-east-1:"
    yield ""
    for name, money in (
        ("reads of pages", views.reads),
        ("the log: one commit a change", events.writes),
        ("read items, snapshots and records", views.writes),
        ("copies in indexes", views.index_writes),
        ("storage of the log, and of read items", events.storage + views.storage),
        ("storage of indexes", views.index_storage),
        ("point-in-time recovery of the log", events.recovery),
    ):
        yield f"- {name}: ${format_money(money).strip()}"
    if views.provisioned is not None and events.provisioned is not None:
        demand, provisioned = events.on_demand + views.on_demand, events.provisioned + views.provisioned
        yield ""
        yield (
            f"Requests on demand: ${format_money(demand).strip()}. On provisioned capacity with auto scaling:"
            f" ${format_money(provisioned).strip()}; its least capacity is shared by all workspaces of the table."
        )
