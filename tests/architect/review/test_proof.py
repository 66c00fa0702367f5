"""A proof finds each kind of fault in the synthesis of keys, and finds none in the designs of random proposals."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from support.architect.random_proposals import make_proposal

from ascend.architect.review import chains, consistency, keys, needs
from ascend.architect.review.design import TABLE, Answer, Design, KeyPlace, NotAnswered
from ascend.architect.review.key_fields import WORKSPACE_FIELD, FieldSource, KeyField, changes, id_field, may_be_missing
from ascend.architect.review.keys import make_design
from ascend.architect.review.needs import Need, find_per
from ascend.architect.review.proof.prove import prove
from ascend.architect.review.proposal import Proposal, ProposedEntity, Question
from ascend.architect.review.review import review_proposal
from ascend.architect.review.subsets import ALL

SHORT, LONG = 60, 500
"""Random proposals, without and with `--long`."""
MOST_NOT_ANSWERED = 0.05
"""Part of the questions of random proposals."""

VISITS: dict[str, Any] = {
    "entity": "visit",
    "attributes": {"title": 40, "day": "date", "stage": {"values": ["open", "done"]}},
    "relationships": [
        {"name": "guest", "to": ["user"], "each": 3},
        {"name": "host", "to": ["user"], "each": 3},
        {"name": "place", "to": ["thing"], "each": 1},
        {"name": "photo", "to": ["asset"], "each": 3, "ordered": True},
        {"name": "part_of", "to": ["visit"], "each": 1, "optional": True},
    ],
    "patterns": [
        {"question": "One", "by": ["id"]},
        {"question": "As a guest", "by": ["guest"]},
        {"question": "As a host", "by": ["host"]},
        {"question": "Photos", "by": ["id"], "shows": "photo"},
        {"question": "At a place on a day", "by": ["place", "day"]},
        {"question": "Open ones by day", "only": "open", "order": "day"},
        {"question": "Mine everywhere", "by": ["guest"], "across": True, "order": "day"},
        {"question": "All parts", "by": ["part_of"], "deep": True},
        {"question": "Of a guest and a host", "by": ["guest", "host"]},
    ],
}


def propose(**changed: Any) -> Proposal:
    return Proposal.model_validate({"entities": [VISITS | changed]})


def test_the_design_of_the_example_is_proved_and_answers_everything() -> None:
    design = make_design(propose())
    proof = prove(design)

    assert proof.faults == ()
    assert design.not_answered == ()
    assert {answer.question.question for answer in design.answers} == {one["question"] for one in VISITS["patterns"]}
    assert proof.lines > proof.rows


# ---- planted faults --------------------------------------------------------------------------------------------------

Plant = Callable[[pytest.MonkeyPatch], None]


def give_all_items_one_tag(patch: pytest.MonkeyPatch) -> None:
    """Two relationships to one kind get the same keys."""

    def to_tag(_: str) -> str:
        return "visit"

    patch.setattr(keys, "to_tag", to_tag)


def leave_out_the_other_end(patch: pytest.MonkeyPatch) -> None:
    """The lines of one entity, one for each of several ends, have one key."""
    patch.setattr(keys.Group, "identity", property(lambda group: (WORKSPACE_FIELD, id_field(group.entity))))


def let_changing_values_into_the_table_key(patch: pytest.MonkeyPatch) -> None:
    def changes_never(*_: object) -> bool:
        return False

    patch.setattr(chains, "changes", changes_never)


def drop_the_second_name(patch: pytest.MonkeyPatch) -> None:
    find_equal = needs.find_equal

    def find_first(entity: ProposedEntity, asked: Question) -> frozenset[KeyField]:
        return find_equal(entity, asked.model_copy(update={"by": asked.by[:1]}))

    patch.setattr(needs, "find_equal", find_first)


def drop_the_subset(patch: pytest.MonkeyPatch) -> None:
    find_need = needs.find_need

    def forget(*arguments: Any) -> Need | NotAnswered:
        need = find_need(*arguments)
        return replace(need, subset=ALL) if isinstance(need, Need) else need

    patch.setattr(keys, "find_need", forget)


def drop_the_order(patch: pytest.MonkeyPatch) -> None:
    find_order = needs.find_order

    def forget(entity: ProposedEntity, asked: Question) -> KeyField | None:
        return find_order(entity, asked) if asked.shows or asked.deep else None

    patch.setattr(needs, "find_order", forget)


def drop_the_workspace(patch: pytest.MonkeyPatch) -> None:
    """A list of a user in one workspace reads the lines of all workspaces."""
    find_equal = needs.find_equal

    def widen(entity: ProposedEntity, asked: Question) -> frozenset[KeyField]:
        return find_equal(entity, asked.model_copy(update={"across": True}) if asked.by == ("guest",) else asked)

    patch.setattr(needs, "find_equal", widen)


def drop_the_path(patch: pytest.MonkeyPatch) -> None:
    """A subtree is read without the beginning of its path."""
    make_answer = keys.make_answer

    def widen(*arguments: Any) -> Answer:
        answer = make_answer(*arguments)
        return replace(answer, given=tuple(field for field in answer.given if field.source is not FieldSource.PATH))

    patch.setattr(keys, "make_answer", widen)


@pytest.mark.parametrize(
    "plant",
    [
        give_all_items_one_tag,
        leave_out_the_other_end,
        let_changing_values_into_the_table_key,
        drop_the_second_name,
        drop_the_subset,
        drop_the_order,
        drop_the_workspace,
        drop_the_path,
    ],
    ids=lambda plant: plant.__name__,
)
def test_the_proof_finds_a_planted_fault(monkeypatch: pytest.MonkeyPatch, plant: Plant) -> None:
    plant(monkeypatch)

    assert prove(make_design(propose())).faults


def test_a_question_whose_proof_failed_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    drop_the_path(monkeypatch)

    review = review_proposal(propose())

    assert "All parts" not in {answer.question.question for answer in review.design.answers}
    (refused,) = review.design.not_answered
    assert (refused.question.question, refused.condition) == ("All parts", "the whole question")
    assert refused.reason.startswith("its proof failed: ")


# ---- random proposals ------------------------------------------------------------------------------------------------


def test_random_proposals_are_proved_and_nearly_all_questions_answered(request: pytest.FixtureRequest) -> None:
    count = LONG if request.config.getoption("--long") else SHORT
    asked, refused, conditions = 0, 0, Counter[str]()
    for seed in range(count):
        design = make_design(make_proposal(seed))
        assert prove(design).faults == (), f"proposal {seed}"
        asked += sum(len(entity.patterns) for entity in design.proposal.entities)
        refused += len(design.not_answered)
        conditions.update(reason_is_true(design, one) for one in design.not_answered)

    assert conditions[""] == 0, "a question is not answered for a reason that is not true"
    assert refused <= asked * MOST_NOT_ANSWERED, f"{refused} of {asked} questions: {conditions}"


def reason_is_true(design: Design, refused: NotAnswered) -> str:
    """Return the condition that cannot be served, checked without the code that refused it; empty if it could be."""
    entity, asked = design.proposal.find_entity(refused.entity), refused.question
    assert refused.reason
    assert refused.alternatives
    if refused.condition.startswith("range of") and asked.range and asked.order and asked.range != asked.order:
        return "range and order"
    if refused.condition == "consistent":
        answer = next(
            answer for answer in design.answers if answer.question == asked and answer.entity == entity.entity
        )
        place, per = design.get_place(answer), find_per(entity, asked)
        unfit = any(changes(entity, field, per) or may_be_missing(entity, field, per) for field in place.fields)
        return "consistent" if answer.place != TABLE and unfit else ""
    lines = 1
    for name in find_per(entity, asked):
        relationship = entity.find_relationship(name)
        lines *= relationship.each or 1 if relationship else 1
    if refused.condition.startswith("by ") and lines > needs.MOST_LINES:
        return "many lines"
    parents = {name for name in asked.by for other in entity.patterns if other.deep and name not in other.by}
    return "second hierarchy" if refused.condition.startswith("subtree") and asked.deep and parents else ""


# ---- what an expert would do -----------------------------------------------------------------------------------------

LOG: dict[str, Any] = {
    "entity": "entry",
    "attributes": {"text": 300, "day": {"type": "date", "changes": False}},
    "relationships": [{"name": "about", "to": ["thing"], "each": 1, "changes": False}],
}


@pytest.mark.parametrize(
    ("patterns", "items", "units"),
    [
        ([{"question": "of a thing", "by": ["about"], "order": "day"}], 1, 1),
        ([{"question": "of a thing", "by": ["about"], "order": "day", "consistent": True}], 1, 1),
        ([{"question": "one", "by": ["id"]}, {"question": "all"}], 1, 1),
        ([{"question": "one", "by": ["id"]}, {"question": "of a thing", "by": ["about"], "order": "day"}], 1, 2),
        ([{"question": "up", "order": "day"}, {"question": "down", "order": "day", "descending": True}], 1, 1),
        ([{"question": "of a thing", "by": ["about"]}, {"question": "by day", "by": ["about"], "order": "day"}], 1, 1),
    ],
)
def test_no_more_is_written_than_an_expert_would_write(patterns: list[Any], items: int, units: float) -> None:
    review = review_proposal(Proposal.model_validate({"entities": [LOG | {"patterns": patterns}]}))

    assert len(review.items) == items
    assert sum(estimate.units + estimate.index_units for estimate in review.items) == units


def test_a_list_in_the_order_of_creation_needs_no_key_of_its_own() -> None:
    """A UUIDv7 begins with the time, so the order of ids is that of creation."""
    message = LOG | {"attributes": {"text": 300, "posted_at": "created"}}
    patterns = [{"question": "one", "by": ["id"]}, {"question": "all", "order": "posted_at", "descending": True}]

    design = make_design(Proposal.model_validate({"entities": [message | {"patterns": patterns}]}))

    (item,) = design.items
    assert item.indexes == 0
    assert prove(design).faults == ()


def test_moving_one_line_of_a_chosen_order_changes_an_index_key_only() -> None:
    design = make_design(propose())
    (answer,) = (answer for answer in design.answers if answer.question.shows == "photo")
    place = design.get_place(answer)

    assert place.sort[0] == KeyField(FieldSource.RANK, "photo")
    assert all(field.source is not FieldSource.RANK for field in design.find_item(answer.item).table.fields)


def test_every_item_has_a_place_of_its_own() -> None:
    """No two items share a partition in one place: their tags differ."""
    for seed in range(SHORT):
        places: list[tuple[str, KeyPlace]] = [
            (name, place) for item in make_design(make_proposal(seed)).items for name, place in item.places
        ]
        tags = [(name, place.tag) for name, place in places]
        assert len(set(tags)) == len(tags)


def test_a_consistent_list_that_an_index_answers_is_not_answered_consistently() -> None:
    asked = {"question": "by day", "order": "day", "consistent": True}
    design = make_design(propose(patterns=[asked]))

    assert [refused.condition for refused in consistency.find_late_answers(design)] == ["consistent"]
