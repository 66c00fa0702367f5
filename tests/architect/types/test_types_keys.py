"""The TypeScript key builders make the same keys as Python, for the whole sample store and for hostile text."""

import sys
import unicodedata
from datetime import UTC, date, datetime
from typing import Any

from support.architect import stored_samples
from support.architect.typescript import TypeScript, to_literal
from typescript_fields import DERIVED_FIELDS

import ascend
from ascend.adapters.layout.item_type import ItemType
from ascend.adapters.layout.keys import item_key
from ascend.adapters.table.item import Item, Key
from ascend.domain.ids import RelationId
from ascend.domain.text_keys import label_key
from ascend.domain.values import ZonedTime
from ascend.projections.build import Build
from ascend.projections.item import ReadItem, keyed
from ascend.projections.read_models.feed import DoneLine
from ascend.projections.read_models.members import MemberLine
from ascend.projections.read_models.relations import Direction, RelationLine
from ascend.projections.read_models.tags import TagLine
from ascend.projections.read_models.tasks import TaskLine
from ascend.projections.read_models.things import ThingNode

HOME = ascend.WorkspaceId("0199f1d2-7c1e-7a3b-8c4d-5e6f70819200")
HOUSE = ascend.ThingId("0199f1d2-7c1e-7a3b-8c4d-5e6f70819201")
SHELF = ascend.ThingId("0199f1d2-7c1e-7a3b-8c4d-5e6f70819202")
TASK = ascend.TaskId("0199f1d2-7c1e-7a3b-8c4d-5e6f70819203")
ON_SHELF, ON_TASK = ascend.Ref("thing", SHELF), ascend.Ref("task", TASK)


def name_parts(key: Key | None, index: str = "") -> dict[str, str] | None:
    return None if key is None else {f"{index}pk": key.pk, f"{index}sk": key.sk}


def list_item_calls(kind: str, item: str, epoch: int, key: Key, *index_keys: Key | None) -> list[tuple[str, Any]]:
    """Return the calls of the builders for a read item (as JSON), each with the expected answer."""
    name = kind[0].lower() + kind[1:]
    declared = next(item_type for item_type in stored_samples.ITEM_TYPES if item_type.name == kind)
    argument = f"{{ ...epoch({epoch}, {item} as ascend.{kind}), ...{to_literal(compute_fields(declared, item))} }}"
    calls: list[tuple[str, Any]] = [(f"keys.{name}({argument})", name_parts(key))]
    for number, (template, expected) in enumerate(zip((declared.gsi1, declared.gsi2), index_keys, strict=True), 1):
        if template is not None:
            call = f"keys.{name}Gsi{number}({argument})"
            calls.append((call, name_parts(expected, f"gsi{number}")))
    return calls


def compute_fields(item_type: ItemType, content: str) -> dict[str, Any]:
    """Return the fields of the keys that the caller of a builder computes, because TypeScript has no expression for them."""
    assert item_type.model is not None
    item = item_type.model.from_content(content)
    names = {name for keys in (item.key, item.gsi1, item.gsi2) if keys is not None for name in keys.fields}
    computed = names - type(item).model_fields.keys() - DERIVED_FIELDS.get(type(item), {}).keys()
    return {name: getattr(item, name) for name in sorted(computed)}


def list_calls(item_type: ItemType, item: Item) -> list[tuple[str, Any]]:
    """Return the calls of the builders for a stored item, each with the expected answer."""
    fields: dict[str, Any] = item_type.key.parse(item.key)
    if item_type.model is not None:
        data = item.attributes.get("data")  # absent from a tombstone
        if not data:
            return []
        return list_item_calls(item_type.name, str(data), int(fields["epoch"]), item.key, item.gsi1, item.gsi2)
    first, *others = item_type.name.split()
    arguments = fields | ({"position": int(fields["position"])} if "position" in fields else {})
    call = f"keys.{first}{''.join(word.capitalize() for word in others)}({f'{to_literal(arguments)} as const' if arguments else ''})"
    return [(call, name_parts(item.key))]


EPOCH = "const epoch = <T>(epoch: number, item: T) => ({ ...item, epoch });"


def check_calls(project: TypeScript, calls: list[tuple[str, Any]], before: str = EPOCH) -> None:
    answers = project.evaluate([call for call, _ in calls], before)
    assert answers == [expected for _, expected in calls]


def test_the_builders_make_the_keys_of_every_item_of_the_sample_store(project: TypeScript) -> None:
    calls = [call for item_type, item in stored_samples.list_items() for call in list_calls(item_type, item)]

    assert {item_type.name for item_type, _ in stored_samples.list_items()} == {
        item_type.name for item_type in stored_samples.ITEM_TYPES
    }
    check_calls(project, calls)


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


def make_hostile_items() -> list[ReadItem]:
    def make_line(due: date | ZonedTime | None, status: ascend.Status) -> TaskLine:
        return TaskLine(workspace=HOME, task=TASK, title="", status=status, priority=ascend.Priority.LOW, due=due)

    items: list[ReadItem] = [make_line(date(2030, 1, 31), ascend.Status.OPEN), make_line(None, ascend.Status.DONE)]
    for moment in MOMENTS:
        instant = datetime.fromisoformat(moment).astimezone(UTC)
        items.append(make_line(ZonedTime(instant=instant, zone="UTC"), ascend.Status.STARTED))
    for user in map(ascend.UserId, USERS):
        items += [
            MemberLine(workspace=HOME, user=user, name="", role=ascend.Role.MEMBER, workspace_name=""),
            DoneLine(workspace=HOME, user=user, task=TASK, title="", closed_at=datetime(2030, 1, 31, tzinfo=UTC)),
        ]
    kind = ascend.ThingKind.DIGITAL
    for text in HOSTILE:
        items += [
            ThingNode(workspace=HOME, thing=SHELF, name=text, kind=kind, path=(HOUSE, SHELF)),
            TagLine(workspace=HOME, tag=text, kind="task", entity=TASK, title=""),
            RelationLine(
                workspace=HOME,
                anchor=ON_SHELF,
                direction=Direction.IN,
                other=ON_TASK,
                relation=RelationId(TASK),
                version=1,
                type=text,
            ),
        ]
    return items


def test_the_builders_make_the_same_keys_from_hostile_text_and_every_kind_of_date(project: TypeScript) -> None:
    calls: list[tuple[str, Any]] = []
    for item in make_hostile_items():
        owner = next(other.projection for other in stored_samples.ITEM_TYPES if other.model is type(item))
        assert owner is not None
        build = Build(owner.name, owner.version, 7)
        places = [place and item_key(build, place) for place in (item.key.render(item), *item.index_keys())]
        key, *index_keys = places
        assert key is not None
        calls += list_item_calls(type(item).__name__, item.content(), 7, key, *index_keys)

    check_calls(project, calls)


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


def test_every_character_is_escaped_and_composed_as_in_python(project: TypeScript) -> None:
    ranges = list_assigned_ranges()
    texts = [f"a{chr(code)}b" for first, last in ranges for code in range(first, last + 1)]
    before = f"const ranges: [number, number][] = {to_literal(ranges)};{ALL}"

    (answers,) = project.evaluate(["texts.map((text) => [keyed(text), labelKey(text)])"], before)

    expected = [[keyed(text), label_key(text)] for text in texts]
    assert [text for text, its, mine in zip(texts, answers, expected, strict=True) if its != mine] == []


REFUSED = {
    f'keys.memberLine({{ workspace: "{HOME}", user: null as unknown as string, epoch: 0 }})': "TypeError: a key member",
    'keys.feedLineGsi1({ user: "ada", task: "a#b", epoch: 0 })': "RangeError: task cannot be part of a key",
    'patterns.members({ workspace: "a#b", epoch: 0 })': "RangeError: workspace cannot be part of a key",
    f'patterns.comments({{ workspace: "{HOME}", target_kind: "a#b", target: "", epoch: 0 }})': "RangeError: target_kind",
    "patterns.feed({ user: undefined as unknown as string, epoch: 0 })": "TypeError: a key U#{user}#open",
    'keys.doneLineGsi1({ user: "ada", closed_at: "2030-01-31T09:00:00+01:00", task: "t", epoch: 0 })': "RangeError: 2030",
}


def test_the_separator_and_missing_values_are_refused(project: TypeScript) -> None:
    answers = project.evaluate(list(REFUSED))

    assert [
        (answer, begin)
        for answer, begin in zip(answers, REFUSED.values(), strict=True)
        if not str(answer).startswith(begin)
    ] == []
