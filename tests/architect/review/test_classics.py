"""Classic modelling problems from public sources: what an expert would choose, with which units and which risks.

What no key can do is said in the comment of the proposal, or is listed as not answered.
"""

import re

import pytest
from support.paths import ROOT

from ascend.architect.review.open_questions import find_open_questions
from ascend.architect.review.review import Review, review_proposal
from ascend.cli.schema.proposal_file import read_proposal

EXAMPLES = ROOT / "examples" / "review"
OURS = {"assets", "comments", "tasks_of_a_user"}
"""Examples that describe entities of Ascend."""
CLASSICS = {
    "audit_trail",
    "bookings",
    "cart",
    "chat_rooms",
    "devices",
    "feature_flags",
    "folders",
    "leaderboard",
    "orders_and_products",
    "search_by_attribute",
    "social_graph",
    "unique_email",
}
NOT_ANSWERED = {"search_by_attribute": ["range of revenue in the order of name", "search in remarks"]}
EXPERT = [
    ("cart", "What is in my cart, the latest first", "W#{workspace}#cart_item_active_line#{buyer}", "{cart_item}"),
    ("leaderboard", "The best of a game", "W#{workspace}#score#{game_key}", "{points_key}#{score}"),
    ("leaderboard", "My score in a game", "W#{workspace}#score#{player}", "{game_key}#{score}"),
    ("chat_rooms", "Messages of a room, the latest first", "W#{workspace}#message#{room}", "{sent_at_key}#{message}"),
    ("chat_rooms", "Messages of a room since a time", "W#{workspace}#message#{room}", "{sent_at_key}#{message}"),
    ("devices", "The last readings of a device", "W#{workspace}#reading#{device}", "{measured_at_key}#{reading}"),
    ("devices", "Warnings of all devices, the latest first", "W#{workspace}#reading#{warning_only}", "{measured_at_key}#{reading}"),
    ("social_graph", "Whom somebody follows", "W#{workspace}#follow#{follower}", "{followed}#{follow}"),
    ("social_graph", "Does one follow the other", "W#{workspace}#follow#{follower}", "{followed}#{follow}"),
    ("social_graph", "Who follows somebody, the latest first", "W#{workspace}#follow#{followed}", "{follow}"),
    ("bookings", "My bookings in all workspaces, the next first", "U#{user}#booking_guest_line", "{starts_at_key}#{workspace}#{booking}"),
    ("unique_email", "The account with an e-mail address", "W#{workspace}#account#{email_key}", "{account}"),
    ("folders", "Everything below a folder", "W#{workspace}#folder", "{path_key}"),
    ("folders", "Folders in a folder, by name", "W#{workspace}#folder#{parent}", "{name_order}#{folder}"),
    ("orders_and_products", "Stock of a product in one warehouse", "W#{workspace}#stock#{product}", "{warehouse}#{stock}"),
    ("orders_and_products", "One order", "W#{workspace}#purchase#{purchase}", "{purchase}"),
]  # fmt: skip
WRITES = [
    ("audit_trail", 5),
    ("cart", 1.67),  # the card, and what a line costs that goes from active to saved or bought
    ("leaderboard", 3),
    ("feature_flags", 3),
    ("unique_email", 5),
]
"""Write units of one change of the entity, in all its items and indexes."""
RISKS = [
    ("leaderboard", "write-hot key", "hash of the id modulo 3"),
    ("leaderboard", "write-hot log", "2,000 commits in the busiest second"),
    ("devices", "write-hot log", "2,001 commits in the busiest second"),
    ("feature_flags", "read-hot key", "keep 6 copies of each line"),
    ("audit_trail", "partition growth", "add a month to the partition key"),
    ("folders", "fan-out", "up to 2,000"),
    ("bookings", "who may see it", "drops the lines of the others"),
]


@pytest.fixture(scope="module")
def reviews() -> dict[str, Review]:
    return {name: review_proposal(read_proposal(EXAMPLES / f"{name}.yaml")) for name in sorted(CLASSICS)}


def test_there_is_an_example_of_each_classic_problem() -> None:
    assert {file.stem for file in EXAMPLES.glob("*.yaml")} == CLASSICS | OURS


@pytest.mark.parametrize("name", sorted(CLASSICS))
def test_a_classic_names_its_source_and_leaves_nothing_open(name: str) -> None:
    file = EXAMPLES / f"{name}.yaml"

    assert re.search(r"^# .*https://\S+$", file.read_text(), re.MULTILINE)
    assert list(find_open_questions(read_proposal(file))) == []


@pytest.mark.parametrize("name", sorted(CLASSICS))
def test_a_classic_is_proved_and_only_what_no_key_can_do_is_not_answered(reviews: dict[str, Review], name: str) -> None:
    review = reviews[name]

    assert (review.proof.questions > 20, review.proof.faults) == (True, ())
    assert [refused.condition for refused in review.design.not_answered] == NOT_ANSWERED.get(name, [])


@pytest.mark.parametrize(("name", "question", "partition", "sort"), EXPERT)
def test_a_question_gets_the_keys_that_an_expert_would_choose(
    reviews: dict[str, Review], name: str, question: str, partition: str, sort: str
) -> None:
    design = reviews[name].design
    answer = next(answer for answer in design.answers if answer.question.question == question)

    assert design.get_place(answer).keys == (partition, sort)


@pytest.mark.parametrize(("name", "units"), WRITES)
def test_a_change_writes_no_more_units_than_an_expert_would(
    reviews: dict[str, Review], name: str, units: float
) -> None:
    total = sum(estimate.units + estimate.index_units for estimate in reviews[name].items)

    assert total == pytest.approx(units, rel=0.01)


@pytest.mark.parametrize(("name", "risk", "said"), RISKS)
def test_the_known_risk_of_a_problem_is_found_with_its_number(
    reviews: dict[str, Review], name: str, risk: str, said: str
) -> None:
    texts = [f"{found.said}; {found.todo}" for found in reviews[name].risks if found.name == risk]

    assert any(said in text for text in texts), texts


def test_an_attribute_whose_values_are_unique_is_not_one_of_few_values(reviews: dict[str, Review]) -> None:
    names = {risk.name for name in ("unique_email", "bookings") for risk in reviews[name].risks}

    assert "few values" not in names
