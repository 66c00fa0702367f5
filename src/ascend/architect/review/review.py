"""Review a proposal: its open questions, keys and indexes that answer it, risks, and cost."""

from dataclasses import dataclass

from ascend.architect.cost.workload import DAYS
from ascend.architect.review.estimates import PRICES, AnswerEstimate, ItemEstimate, estimate_answer, estimate_item
from ascend.architect.review.keys import make_draft
from ascend.architect.review.open_questions import OpenQuestion, apply_default, find_open_questions
from ascend.architect.review.proposal import Proposal
from ascend.architect.review.risks import Risk, find_risks


@dataclass(frozen=True, slots=True)
class Review:
    """The result of a review."""

    entity: str
    unanswered: tuple[OpenQuestion, ...]
    items: tuple[ItemEstimate, ...]
    answers: tuple[AnswerEstimate, ...]
    risks: tuple[Risk, ...]
    money: float
    """Dollars a month in one workspace: reads, and writes of these items."""


def review_proposal(proposal: Proposal) -> Review:
    draft = make_draft(proposal)
    items = tuple(estimate_item(proposal, draft, item) for item in draft.items.values())
    answers = tuple(estimate_answer(proposal, draft, answer) for answer in draft.answers)
    units = sum(estimate.writes for estimate in items) * apply_default(proposal.writes_a_day, "writes_a_day") * DAYS
    return Review(
        entity=proposal.entity,
        unanswered=tuple(find_open_questions(proposal)),
        items=items,
        answers=answers,
        risks=tuple(find_risks(proposal, draft, {estimate.item.name: estimate.bytes for estimate in items})),
        money=PRICES.price_writes(units) + sum(estimate.money for estimate in answers),
    )
