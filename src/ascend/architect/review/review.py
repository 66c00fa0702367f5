"""Review a proposal: a design that is proved, what it does not answer, its open questions, risks, trade-offs and money."""

from dataclasses import dataclass, replace

from ascend.architect.review.design import Design, NotAnswered
from ascend.architect.review.estimates import (
    AnswerEstimate,
    DesignBill,
    ItemEstimate,
    estimate_answer,
    estimate_bill,
    estimate_item,
)
from ascend.architect.review.keys import make_design
from ascend.architect.review.open_questions import OpenQuestion, complete, find_open_questions
from ascend.architect.review.proof.faults import Fault, Proof
from ascend.architect.review.proof.prove import prove
from ascend.architect.review.proposal import Proposal
from ascend.architect.review.risks import Risk, find_risks
from ascend.architect.review.trade_offs import TradeOff, find_trade_offs

ROUNDS = 50
"""Designs that are tried: each leaves out questions whose proof failed."""
REPORT = "leave the question out, and report it with the proposal: the review has a fault"


class NotProved(Exception):
    """No design for the proposal could be proved. This is a fault of the review."""


@dataclass(frozen=True, slots=True)
class Review:
    """The result of a review."""

    title: str
    unanswered: tuple[OpenQuestion, ...]
    """What the proposal leaves open."""
    design: Design
    proof: Proof
    items: tuple[ItemEstimate, ...]
    answers: tuple[AnswerEstimate, ...]
    risks: tuple[Risk, ...]
    trade_offs: tuple[TradeOff, ...]
    bill: DesignBill
    """Dollars a month of one workspace."""


def review_proposal(proposal: Proposal) -> Review:
    """Return the review. Its design answers every question as brute force does; other questions are in `not_answered`.

    Raises:
        NotProved: not even a part of the design could be proved.
    """
    unanswered = tuple(find_open_questions(proposal))
    design, proof = find_proved_design(complete(proposal))
    items = tuple(estimate_item(design, item) for item in design.items)
    answers = tuple(estimate_answer(design, answer) for answer in design.answers)
    return Review(
        title=proposal.title,
        unanswered=unanswered,
        design=design,
        proof=proof,
        items=items,
        answers=answers,
        risks=tuple(find_risks(design, items, answers)),
        trade_offs=tuple(find_trade_offs(design, items)),
        bill=estimate_bill(design, items, answers),
    )


def find_proved_design(proposal: Proposal) -> tuple[Design, Proof]:
    """Return a design without faults, and its proof. Questions whose answers are wrong are left out of the design."""
    failed: list[NotAnswered] = []
    for _ in range(ROUNDS):
        design = make_design(proposal, without=[refused.question for refused in failed])
        proof = prove(design)
        if not proof.faults:
            return replace(design, not_answered=(*design.not_answered, *failed)), proof
        failed += blame(design, proof.faults[0])
    raise NotProved(proposal.title)


def blame(design: Design, fault: Fault) -> list[NotAnswered]:
    """Return the questions to leave out because of a fault. Raises: NotProved if it concerns none."""
    guilty = [answer for answer in design.answers if fault.question in {answer.question.question, answer.item}]
    if not guilty:
        raise NotProved(f"{design.proposal.title}: {fault.said}")
    return [
        NotAnswered(answer.entity, answer.question, "the whole question", f"its proof failed: {fault.said}", (REPORT,))
        for answer in guilty
    ]
