"""A review, as a page for people."""

from collections.abc import Iterator

from ascend.adapters.layout.table_specs import ALL
from ascend.architect.review.keys import TABLE, Keys
from ascend.architect.review.review import Answered, Costed, Review
from ascend.cli.schema.cost_tables import money
from ascend.cli.terminal.printing import counted


def page(review: Review) -> Iterator[str]:
    """Line by line."""
    yield f"# Review of {review.entity}"
    yield from ("", "## Unanswered", "")
    yield from (
        f"- {one.about}: {one.question} It matters: {one.why}. Assumed: {one.assumed}." for one in review.unanswered
    )
    if not review.unanswered:
        yield "Nothing."
    yield from ("", "## Items and keys")
    for item in review.items:
        yield from of_item(item)
    yield from ("", "## Patterns", "")
    for answer in review.answers:
        yield from of_answer(answer)
    yield from ("", "## Risks", "")
    yield from (f"- {one.name}: {one.where}: {one.said}. To do: {one.todo}." for one in review.risks)
    if not review.risks:
        yield "None that the numbers show."
    yield from ("", "## Cost", "")
    yield f"About ${review.money:.2f} a month in one workspace, on demand in us-east-1: pages, and writes of these items."


def of_item(one: Costed) -> Iterator[str]:
    item = one.item
    yield from ("", f"class {item.name}(ReadItem, key={keys(item.key)}" + (")" if not item.indexes else ","))
    for name, template in (("gsi1", item.gsi1), ("gsi2", item.gsi2)):
        if template is not None:
            last = name == ("gsi2" if item.gsi2 else "gsi1")
            yield f"    {name}={keys(template)}" + (")" if last else ",")
    yield f"  {item.of_each} of each entity, about {one.bytes:,} bytes; a change writes {counted(round(one.writes), 'unit')}"
    if one.projections:
        said = ", ".join(f"{name} ${money(dollars).strip()}" for name, dollars in one.projections.items())
        yield f"  what its index entries cost a month, as ours hold {ALL}: {said}"
    yield from (f"  - {reason}" for reason in item.reasons)


def keys(template: Keys) -> str:
    return f'("{template[0]}", "{template[1]}")'


def of_answer(one: Answered) -> Iterator[str]:
    answer = one.answer
    order = ", descending" if answer.question.descending else ""
    test = "=" if answer.question.is_get else "begins with"
    begins = f", sk {test} {answer.beginning}" if answer.beginning else ""
    yield f"- {answer.question.question}"
    where = "the table" if answer.place == TABLE else answer.place
    yield f"    {answer.item} in {where}: pk = {answer.partition}{begins}{order}"
    reads = "consistent" if answer.place == TABLE else "eventually consistent"
    yield f"    {reads}; {one.units:g} read units a page, ${money(one.money).strip()} a month"
