"""Texts of rules for due dates: equal rules get equal texts, and wrong ones an error with advice."""

import pytest
from hypothesis import given as for_all
from pydantic import TypeAdapter, ValidationError
from support.paths import DATA
from support.rules import rules

from ascend.domain.tasks.recurrence import Rule

RULE: TypeAdapter[str] = TypeAdapter(Rule)

SAME = [
    ("freq=daily", "FREQ=DAILY"),
    ("INTERVAL=1;FREQ=DAILY", "FREQ=DAILY"),
    ("INTERVAL=007;FREQ=DAILY", "FREQ=DAILY;INTERVAL=7"),
    ("BYDAY=TH,MO,TH;FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=MO,TH"),
    ("FREQ=MONTHLY;BYDAY=-1FR,+1FR,2MO", "FREQ=MONTHLY;BYDAY=2MO,1FR,-1FR"),
    ("FREQ=MONTHLY;BYMONTHDAY=-1,+15,1,-2", "FREQ=MONTHLY;BYMONTHDAY=1,15,-2,-1"),
    (
        "BYSETPOS=-1;BYDAY=FR,MO;BYMONTH=6,5;COUNT=3;FREQ=YEARLY",
        "FREQ=YEARLY;COUNT=3;BYMONTH=5,6;BYDAY=MO,FR;BYSETPOS=-1",
    ),
    ("until=20261231;freq=daily", "FREQ=DAILY;UNTIL=20261231"),
    ("FREQ=DAILY;UNTIL=00010203T040506Z", "FREQ=DAILY;UNTIL=00010203T040506Z"),
    ("FREQ=WEEKLY;WKST=SU", "FREQ=WEEKLY"),
    ("FREQ=WEEKLY;WKST=SU;INTERVAL=2", "FREQ=WEEKLY;INTERVAL=2"),
    ("FREQ=WEEKLY;WKST=MO;INTERVAL=2;BYDAY=SU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU"),
    ("FREQ=WEEKLY;WKST=SU;INTERVAL=2;BYDAY=SU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU"),
    ("FREQ=MONTHLY;WKST=SU;INTERVAL=2;BYDAY=SU", "FREQ=MONTHLY;INTERVAL=2;BYDAY=SU"),
    ("FREQ=YEARLY;BYDAY=53MO", "FREQ=YEARLY;BYDAY=53MO"),
    ("FREQ=WEEKLY;BYDAY=MO;", "FREQ=WEEKLY;BYDAY=MO"),
    ("FREQ=YEARLY;BYDAY=MO;BYWEEKNO=20,-1,20", "FREQ=YEARLY;BYWEEKNO=20,-1;BYDAY=MO"),
    ("BYMONTHDAY=1;BYYEARDAY=-1,100;FREQ=YEARLY", "FREQ=YEARLY;BYYEARDAY=100,-1;BYMONTHDAY=1"),
    ("FREQ=YEARLY;BYWEEKNO=1;WKST=SU", "FREQ=YEARLY;BYWEEKNO=1;WKST=SU"),
    ("FREQ=YEARLY;BYYEARDAY=1;WKST=SU", "FREQ=YEARLY;BYYEARDAY=1"),
    ("FREQ=YEARLY;BYWEEKNO=1;BYSETPOS=1", "FREQ=YEARLY;BYWEEKNO=1;BYSETPOS=1"),
]

WRITTEN = "NAME=VALUE;NAME=VALUE, without 'RRULE:'"
WRONG = [
    ("", WRITTEN),
    ("FREQ", WRITTEN),
    ("FREQ=", WRITTEN),
    ("=DAILY", WRITTEN),
    (";", WRITTEN),
    ("FREQ=DAILY;;", WRITTEN),
    ("FREQ=DAILY;;COUNT=1", WRITTEN),
    ("RRULE:FREQ=DAILY", "leave out the rest"),
    ("FREQ=DAILY;BYHOUR=9", "BYHOUR: a rule for due dates is made of"),
    ("FREQ=DAILY;\x1b=9", "'\\x1b': a rule for due dates"),
    ("FREQ=YEARLY;BYEASTER=0", "leave out the rest"),
    ("FREQ=DAILY;DTSTART=20260101", "leave out the rest"),
    ("FREQ=DAILY; COUNT=3", "leave out the rest"),
    ("FREQ=DAILY\nCOUNT=3", "FREQ is one of"),
    ("COUNT=3", "FREQ is one of DAILY, WEEKLY, MONTHLY, YEARLY, and cannot be left out"),
    ("FREQ=HOURLY", "FREQ is one of DAILY, WEEKLY, MONTHLY, YEARLY, and cannot be left out: tasks recur by days"),
    ("FREQ=DAILY;FREQ=DAILY", "FREQ is given twice"),
    ("FREQ=DAILY;INTERVAL=0", "INTERVAL is a number from 1 to 1000 in this rule"),
    ("FREQ=DAILY;INTERVAL=-1", "INTERVAL is"),
    ("FREQ=DAILY;INTERVAL=1001", "INTERVAL is"),
    ("FREQ=DAILY;INTERVAL=٣", "INTERVAL is"),
    ("FREQ=DAILY;INTERVAL=1_0", "INTERVAL is"),
    ("FREQ=YEARLY;INTERVAL=51", "INTERVAL is a number from 1 to 50 in this rule"),
    ("FREQ=DAILY;COUNT=0", "COUNT is a number from 1 to 10000 in this rule"),
    ("FREQ=DAILY;COUNT=10001", "COUNT is"),
    ("FREQ=DAILY;COUNT=" + "9" * 200, "COUNT is"),
    ("FREQ=DAILY;COUNT=2;UNTIL=20261231", "COUNT or by UNTIL: leave one out"),
    ("FREQ=DAILY;UNTIL=2026-12-31", "UNTIL is a day"),
    ("FREQ=DAILY;UNTIL=20260229", "UNTIL is a day"),
    ("FREQ=DAILY;UNTIL=20261231T090000", "a moment in UTC"),
    ("FREQ=DAILY;UNTIL=2026111T90000Z", "a moment in UTC"),
    ("FREQ=DAILY;UNTIL=20261231T240000Z", "a moment in UTC"),
    ("FREQ=DAILY;UNTIL=20261231T235960Z", "a moment in UTC"),
    ("FREQ=DAILY;BYMONTH=13", "BYMONTH holds numbers up to 12"),
    ("FREQ=DAILY;BYMONTH=-1", "BYMONTH holds numbers from 1 to 12"),
    ("FREQ=DAILY;BYMONTH=1,,2", "BYMONTH holds numbers from 1 to 12"),
    ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY holds numbers up to 31"),
    ("FREQ=MONTHLY;BYMONTHDAY=-32", "BYMONTHDAY holds"),
    ("FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=367", "BYSETPOS holds numbers up to 366"),
    ("FREQ=WEEKLY;BYDAY=MON", "BYDAY holds MO, TU, WE"),
    ("FREQ=WEEKLY;BYDAY=MO,", "BYDAY holds"),
    ("FREQ=MONTHLY;BYDAY=0MO", "BYDAY holds"),
    ("FREQ=YEARLY;BYDAY=54MO", "BYDAY holds"),
    ("FREQ=MONTHLY;BYDAY=6MO", "at most five of a weekday"),
    ("FREQ=YEARLY;BYMONTH=12;BYDAY=-6MO", "at most five of a weekday"),
    ("FREQ=MONTHLY;BYDAY=MO,1TU", "do not mix"),
    ("FREQ=DAILY;BYDAY=1MO", "need FREQ=MONTHLY or FREQ=YEARLY"),
    ("FREQ=WEEKLY;BYDAY=1MO", "need FREQ=MONTHLY or FREQ=YEARLY"),
    ("FREQ=WEEKLY;BYDAY=MO;BYSETPOS=1", "need FREQ=MONTHLY or FREQ=YEARLY"),
    ("FREQ=WEEKLY;BYMONTHDAY=1", "does not go with FREQ=WEEKLY"),
    ("FREQ=MONTHLY;BYSETPOS=1", "name them with BYDAY"),
    ("FREQ=MONTHLY;BYWEEKNO=20", "BYWEEKNO needs FREQ=YEARLY"),
    ("FREQ=DAILY;BYYEARDAY=1", "BYYEARDAY needs FREQ=YEARLY"),
    ("FREQ=YEARLY;BYWEEKNO=54", "BYWEEKNO holds numbers up to 53"),
    ("FREQ=YEARLY;BYWEEKNO=0", "BYWEEKNO holds numbers up to 53"),
    ("FREQ=YEARLY;BYYEARDAY=367", "BYYEARDAY holds numbers up to 366"),
    ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO", "BYWEEKNO goes with plain days"),
    ("FREQ=WEEKLY;WKST=X", "WKST is one of MO, TU"),
    ("FREQ=DAILY;BYMONTH=" + ",".join(["1"] * 200), "at most 300 characters"),
]


@pytest.mark.parametrize(("text", "rule"), SAME)
def test_equal_rules_have_equal_texts(text: str, rule: str) -> None:
    assert RULE.validate_python(text) == rule


@pytest.mark.parametrize(("text", "advice"), WRONG)
def test_a_wrong_rule_is_refused_with_advice(text: str, advice: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        RULE.validate_python(text)
    [problem] = refusal.value.errors()
    assert advice in problem["msg"]
    assert "{" not in problem["msg"]


@for_all(rules())
def test_the_canonical_text_is_its_own_canonical_text_and_no_longer(text: str) -> None:
    rule = RULE.validate_python(text)
    assert RULE.validate_python(rule) == rule
    assert len(rule) <= len(text)


@pytest.mark.skipif(not DATA.exists(), reason="the given cases lie beside the project")
def test_each_given_rule_is_accepted_or_refused_by_the_name_of_its_part() -> None:
    lines = (DATA / "cases" / "recurrence-rules.txt").read_text().splitlines()
    for text, outcome in (line.split(" | ") for line in lines if not line.startswith("#")):
        if outcome.startswith("accepted"):
            assert RULE.validate_python(text) == text.removesuffix(";")
        else:
            part = text.split("=")[0] if "HOURLY" in text else "BYSETPOS"
            with pytest.raises(ValidationError, match=part):
                RULE.validate_python(text)
