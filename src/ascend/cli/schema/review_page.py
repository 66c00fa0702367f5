"""Render a review as a page for people."""

from collections.abc import Iterator

from ascend.adapters.layout.table_specs import ALL
from ascend.architect.review.draft import TABLE, KeyPair
from ascend.architect.review.estimates import AnswerEstimate, ItemEstimate
from ascend.architect.review.review import Review
from ascend.cli.schema.figures import format_money
from ascend.cli.terminal.printing import count_noun


def render_review(review: Review) -> Iterator[str]:
    """Yield the lines of the page."""
    yield f"# Review of {review.entity}"
    yield from ("", "## Unanswered", "")
    for gap in review.unanswered:
        yield f"- {gap.about}: {gap.question} Why it matters: {gap.why}. Assumed: {gap.assumed}."
    if not review.unanswered:
        yield "Nothing."
    yield from ("", "## Items and keys")
    for item in review.items:
        yield from render_item(item)
    yield from ("", "## Patterns", "")
    for answer in review.answers:
        yield from render_answer(answer)
    yield from ("", "## Risks", "")
    yield from (f"- {risk.name}: {risk.where}: {risk.said}. To do: {risk.todo}." for risk in review.risks)
    if not review.risks:
        yield "The numbers show none."
    yield from ("", "## Cost", "")
    yield (
        f"About ${review.money:.2f} a month in one workspace, on demand in us-east-1:"
        " reads of pages and writes of these items."
    )


def render_item(costed: ItemEstimate) -> Iterator[str]:
    item = costed.item
    yield from ("", f"class {item.name}(ReadItem, key={format_keys(item.key)}" + (")" if not item.indexes else ","))
    for name, template in (("gsi1", item.gsi1), ("gsi2", item.gsi2)):
        if template is not None:
            is_last = name == ("gsi2" if item.gsi2 else "gsi1")
            yield f"    {name}={format_keys(template)}" + (")" if is_last else ",")
    units = count_noun(round(costed.writes), "unit")
    yield f"  {item.of_each} of each entity, about {costed.bytes:,} bytes; a change writes {units}"
    if costed.projections:
        prices = ", ".join(f"{name} ${format_money(price).strip()}" for name, price in costed.projections.items())
        yield f"  its index entries cost a month, by what the index holds (Ascend's indexes hold {ALL}): {prices}"
    yield from (f"  - {reason}" for reason in item.reasons)


def format_keys(template: KeyPair) -> str:
    return f'("{template[0]}", "{template[1]}")'


def render_answer(answered: AnswerEstimate) -> Iterator[str]:
    answer = answered.answer
    order = ", descending" if answer.question.descending else ""
    test = "=" if answer.question.is_get else "begins with"
    sort_key = f", sk {test} {answer.beginning}" if answer.beginning else ""
    place, consistency = (
        ("the table", "consistent") if answer.place == TABLE else (answer.place, "eventually consistent")
    )
    yield f"- {answer.question.question}"
    yield f"    {answer.item} in {place}: pk = {answer.partition}{sort_key}{order}"
    yield f"    {consistency}; {answered.units:g} read units a page, ${format_money(answered.money).strip()} a month"
