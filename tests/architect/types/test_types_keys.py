"""The TypeScript client makes the same texts of keys as Python, for every character and for hostile text."""

import sys
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from support.architect.typescript import TypeScript, to_literal

import ascend
from ascend.adapters.layout.keys import format_position
from ascend.domain.ids import Id
from ascend.domain.text_keys import label_key
from ascend.domain.values import ZonedTime
from ascend.projections.item import keyed
from ascend.projections.read_models.feed import NO_DATE
from ascend.projections.read_models.links import ref_key

HOSTILE = (
    "Shelf № 5 #1",
    "50 %",
    "a%23b",
    "ẞtraße\n\t\x85",
    "İstanbul ıÇ",
    "ﬁne Ὀδυσσεύς",
    "ᎠᏍ ꭰ",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 🎨" * 12,
    "~",
    "Ku\u0308che \u0308\U0001e4ec\u0327",
    "❤\ufe0f 👩\u200d👧 \u0645\u06cc\u200c\u062e",
    "\U0001d160" * 100,
)
USERS = (
    "ada",
    "auth0|5f7",
    "org/name",
    "-x",
    "a-b~c",
    "~policies",
    "CN=Ada L,OU=x",
    "a#b%23*?$!'()",
    "Åse",
    "漢\U00020000",
)
MOMENTS = ("2030-01-31T08:00:00Z", "2030-01-31T08:00:00.5Z", "2030-01-31T08:00:00.123456Z")


def list_calls() -> list[tuple[str, str]]:
    """Return expressions, each with the text that Python makes."""
    calls = [(f"labelled({to_literal(text)})", keyed(label_key(text))) for text in HOSTILE]
    calls += [(f"userKey({to_literal(user)})", ascend.UserId(user).key_text) for user in USERS]
    for text in MOMENTS:
        moment = datetime.fromisoformat(text).astimezone(UTC)
        due = ZonedTime(instant=moment, zone="UTC")
        calls.append((f"instantText({to_literal(text)})", ascend.instant_text(moment)))
        calls.append((f"dueText({{ instant: {to_literal(text)} }})", ascend.due_text(due)))
    calls.append(('dueText("2030-01-31")', ascend.due_text(date(2030, 1, 31))))
    calls.append(("dueText(undefined)", NO_DATE))
    calls.append(('place(["task", "t"])', ref_key(ascend.Ref("task", "t"))))
    calls.append(("slot(42)", format_position(42)))
    calls += [("truthText(true)", str(True)), ("truthText(false)", str(False))]
    return calls


TEXTS = (
    'import { dueText, instantText, keyed, labelKey, labelled, place, slot, truthText, userKey } from "life-os-client";'
)


def test_texts_of_keys_are_the_same_for_hostile_text_and_every_kind_of_date(life_os_package: TypeScript) -> None:
    calls = list_calls()

    answers = life_os_package.evaluate([call for call, _ in calls], TEXTS)

    assert [(call, answer) for (call, _), answer in zip(calls, answers, strict=True)] == calls


def list_assigned_ranges() -> list[tuple[int, int]]:
    """Return the first and last code of each range of characters that this Python knows.

    Of ideographs and Hangul, which have no case, only every sixteenth is included.
    """
    ranges: list[tuple[int, int]] = []
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)) not in {"Cn", "Co", "Cs"} and (code % 16 == 0 or not is_caseless(code)):
            first = ranges.pop()[0] if ranges and ranges[-1][1] == code - 1 else code
            ranges.append((first, code))
    return ranges


def is_caseless(code: int) -> bool:
    return 0x3400 <= code <= 0x9FFF or 0xAC00 <= code <= 0xD7A3 or 0x20000 <= code <= 0x2F7FF or code >= 0x30000


ALL = """
const texts = ranges.flatMap(([first, last]) =>
  Array.from({ length: last - first + 1 }, (_, at) => `a${String.fromCodePoint(first + at)}b`));
"""


def test_every_character_is_escaped_and_composed_as_in_python(life_os_package: TypeScript) -> None:
    ranges = list_assigned_ranges()
    texts = [f"a{chr(code)}b" for first, last in ranges for code in range(first, last + 1)]
    before = f"{TEXTS}\nconst ranges: [number, number][] = {to_literal(ranges)};{ALL}"

    (answers,) = life_os_package.evaluate(["texts.map((text) => [keyed(text), labelKey(text)])"], before)

    expected = [[keyed(text), label_key(text)] for text in texts]
    assert [text for text, its, mine in zip(texts, answers, expected, strict=True) if its != mine] == []


TEMPLATES = 'import { fill, fillPrefix, parseField } from "../dist/runtime/key_template.js";'
PREFIXES: dict[str, object] = {
    'fill("W#{workspace}#{to_do}", { workspace: "w", to_do: "to-do" })': "W#w#to-do",
    'fillPrefix("{priority}#{when}#{task}", {})': "",
    'fillPrefix("{priority}#{when}#{task}", { priority: 2 })': "2#",
    'fillPrefix("line#{task}", { task: null })': "line#",
    'parseField("{when}#{priority}#{task}", "2030-01-31#3#t", "when")': "2030-01-31",
    'parseField("a.{when}#{task}", "a.2030#t", "task")': "t",
    'parseField("a.{when}#{task}", "axb#t", "task")': None,
}
REFUSED = {
    'fill("U#{user}", { user: undefined })': "InvalidInput: a key U#{user} needs a user",
    'fill("W#{workspace}", { workspace: "a#b" })': "InvalidInput: workspace cannot stand in a key W#{workspace}",
    'fillPrefix("{role}#{to}", { to: "t" })': "InvalidInput: to says nothing without role",
    'client.instantText("2030-01-31T09:00:00+01:00")': "InvalidInput: 2030-01-31T09:00:00+01:00 is not a moment",
}


def test_keys_are_filled_up_to_the_first_missing_field(life_os_package: TypeScript) -> None:
    answers = life_os_package.evaluate(list(PREFIXES), TEMPLATES)

    assert dict(zip(PREFIXES, answers, strict=True)) == PREFIXES


def test_the_separator_and_missing_values_are_refused(life_os_package: TypeScript) -> None:
    answers = life_os_package.evaluate(list(REFUSED), TEMPLATES)

    for answer, begin in zip(answers, REFUSED.values(), strict=True):
        assert str(answer).startswith(begin)


# ---- ids -----------------------------------------------------------------------------------------------------------

ID_TEXTS = (
    *USERS,
    "0199f1d2-7c1e-7a3b-8c4d-5e6f70819200",
    "0199F1D2-7C1E-7A3B-8C4D-5E6F70819200",
    "0199f1d2-7c1e-7a3b-8c4d-5e6f70819200\n",
    " ada",
    "~admin",
    "a\u0000b",
    "",
    "x" * 255,
    "x" * 256,
)


def accepts(kind: Callable[[str], Id], text: str) -> bool:
    try:
        kind(text)
    except ascend.InvalidInput:
        return False
    return True


@pytest.mark.parametrize("kind", [ascend.TaskId, ascend.UserId])
def test_the_function_of_an_id_accepts_what_python_accepts(life_os_package: TypeScript, kind: type[Id]) -> None:
    answers = life_os_package.evaluate([f"client.{kind.__name__}({to_literal(text)})" for text in ID_TEXTS])

    for text, answer in zip(ID_TEXTS, answers, strict=True):
        expected: Any = text if accepts(kind, text) else f"InvalidInput: not a {kind.__name__}"
        assert str(answer).startswith(expected), text


def test_a_new_id_is_a_uuid_of_version_7_with_the_time_of_now(life_os_package: TypeScript) -> None:
    (answer,) = life_os_package.evaluate(
        ["[Date.now(), ...Array.from({ length: 500 }, () => client.newId(client.TaskId))]"]
    )

    begun, *ids = answer
    assert len(set(ids)) == len(ids)
    for id in ids:
        assert (UUID(id).version, UUID(id).variant) == (7, "specified in RFC 4122")
        assert 0 <= (ascend.CommandId(id).time or 0) - begun < 10_000
