"""Fitting: values of a file are made to fit the limits and rules of the domain, and each change is stated.

    too long            cut, with the mark … at its end
    forbidden in a name a line end or a tab becomes a blank, any other forbidden character is removed
    blank               replaced by a placeholder
    too many            the surplus is left out

The functions are pure. What is allowed is asked of the domain's own types, so that no rule is written twice.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any, Generic, Literal, TypeVar
from urllib.parse import quote

from pydantic import TypeAdapter, ValidationError

from ascend.adapters.importers.report import Notice
from ascend.domain.values import (
    FEW,
    METADATA_BYTES,
    METADATA_CHARACTERS,
    NAME_CHARACTERS,
    TEXT_BYTES,
    Label,
    Metadata,
    Name,
    Tags,
    Text,
    Uri,
)

T = TypeVar("T")

NAME: TypeAdapter[str] = TypeAdapter(Name)
LABEL: TypeAdapter[str] = TypeAdapter(Label)
TEXT: TypeAdapter[str] = TypeAdapter(Text)
TAGS: TypeAdapter[tuple[str, ...]] = TypeAdapter(Tags)
METADATA: TypeAdapter[dict[str, str]] = TypeAdapter(Metadata)
URI: TypeAdapter[str] = TypeAdapter(Uri)
LABEL_CHARACTERS: int = LABEL.json_schema()["maxLength"]

MARK = "…"
JOINERS = frozenset("\u200d\ufe0e\ufe0f")
"""The zero width joiner and the variation selectors of emoji."""
LONGEST_SEQUENCE = 32
"""The characters that are looked back for the begin of a combined character. No emoji and no letter has as many."""
BLANKS = re.compile(r"\s+")
LINE_END = re.compile(r"[\t-\r\x1c-\x1f\x85\u2028\u2029]")
"""A line end or a tab."""
LISTED = 5
URI_CHARACTERS = "%!#$&'()*+,/:;=?@[]~"
"""The characters of a URI that are not escaped, beside letters, digits and `_.-`."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One change that makes a value fit."""

    kind: Literal["cut", "left out"]
    reason: str


@dataclass(frozen=True, slots=True)
class Fitted(Generic[T]):
    """A value that fits, and the changes that were needed."""

    value: T
    changes: tuple[Adjustment, ...] = ()


@dataclass(slots=True)
class Fitter:
    """Fits the values of one record and collects a notice for each change."""

    record: str
    notices: list[Notice] = field(default_factory=list[Notice])

    def note(self, name: str, kind: Literal["cut", "left out"], reason: str) -> None:
        self.notices.append(Notice(self.record, kind, name, reason))

    def name(self, name: str, text: str, placeholder: str) -> str:
        """Return a text that fits `Name`. `placeholder` stands for a blank one."""
        return self._keep(name, fit_name(text, placeholder))

    def text(self, name: str, text: str) -> str:
        """Return a text that fits `Text`."""
        return self._keep(name, fit_text(text))

    def tags(self, name: str, labels: Iterable[str]) -> tuple[str, ...]:
        """Return labels that fit `Tags`."""
        return self._keep(name, fit_tags(labels))

    def metadata(self, name: str, entries: Mapping[str, str]) -> dict[str, str]:
        """Return entries that fit `Metadata`."""
        return self._keep(name, fit_metadata(entries))

    def few(self, name: str, values: Sequence[T]) -> tuple[T, ...]:
        """Return the first values, as many as an entity may have."""
        return self._keep(name, fit_few(values))

    def uri(self, name: str, text: str) -> str | None:
        """Return a text that fits `Uri`, or None where there is no way to make it one."""
        return self._keep(name, fit_uri(text))

    def _keep(self, name: str, fitted: Fitted[T]) -> T:
        for change in fitted.changes:
            self.note(name, change.kind, change.reason)
        return fitted.value


def fit_name(text: str, placeholder: str) -> Fitted[str]:
    """Return a text that fits `Name`. `placeholder`, which must fit, stands for a blank one."""
    return _fit_line(NAME, NAME_CHARACTERS, text, placeholder)


def fit_label(text: str, placeholder: str) -> Fitted[str]:
    """Return a text that fits `Label`. `placeholder`, which must fit, stands for a blank one."""
    return _fit_line(LABEL, LABEL_CHARACTERS, text, placeholder)


def fit_text(text: str) -> Fitted[str]:
    """Return a text that fits `Text`: lone surrogates are removed, and the end is cut."""
    changes: list[Adjustment] = []
    whole = text.encode(errors="ignore").decode()
    if whole != text:
        changes.append(Adjustment("left out", "lone surrogates are no characters"))
    size = len(whole.encode())
    if size > TEXT_BYTES:
        begin = whole.encode()[: TEXT_BYTES - len(MARK.encode())].decode(errors="ignore")
        whole = whole[: _boundary(whole, len(begin))] + MARK
        changes.append(Adjustment("cut", f"it has {size} bytes, {TEXT_BYTES} is the limit"))
    return Fitted(whole, tuple(changes))


def fit_tags(labels: Iterable[str]) -> Fitted[tuple[str, ...]]:
    """Return labels that fit `Tags`. A label that is the same as an earlier one adds nothing and is no change."""
    tags: tuple[str, ...] = ()
    surplus: list[str] = []
    changes: list[Adjustment] = []
    for label in labels:
        fitted = fit_label(label, "-")
        if not label.strip():
            changes.append(Adjustment("left out", "a blank label"))
        elif len(tags) >= FEW:
            surplus += [fitted.value] if fits(TAGS, (*tags[: FEW - 1], fitted.value)) else []
        elif fits(TAGS, (*tags, fitted.value)):
            tags = (*tags, fitted.value)
            changes += fitted.changes
    return Fitted(tags, (*changes, *_surplus(surplus, len(tags) + len(surplus))))


def fit_metadata(entries: Mapping[str, str]) -> Fitted[dict[str, str]]:
    """Return entries that fit `Metadata`: keys that fit `Label`, and values of limited length. Blank keys are left out."""
    if fits(METADATA, entries):
        return Fitted(dict(entries))
    fitted: dict[str, str] = {}
    surplus: list[str] = []
    changes: list[Adjustment] = []
    for name, text in entries.items():
        key, value = fit_label(name, "-"), _fit_value(text)
        if fits(METADATA, fitted | {key.value: value.value}) and key.value not in fitted:
            fitted[key.value] = value.value
            changes += (*key.changes, *value.changes)
        else:
            surplus.append(key.value)
    if surplus:
        limits = f"{FEW} entries and {METADATA_BYTES} bytes are the limits"
        changes.append(Adjustment("left out", f"there is no room for {_names(surplus)}: {limits}"))
    return Fitted(fitted, tuple(changes))


def _fit_value(text: str) -> Fitted[str]:
    """Return a text that fits a value of `Metadata`."""
    whole = fit_text(text)
    if len(whole.value) <= METADATA_CHARACTERS:
        return whole
    adjustment = Adjustment("cut", _characters(len(whole.value), METADATA_CHARACTERS))
    return Fitted(cut(whole.value, METADATA_CHARACTERS), (*whole.changes, adjustment))


def fit_few(values: Sequence[T]) -> Fitted[tuple[T, ...]]:
    """Return the first values, as many as an entity may have of one kind."""
    return Fitted(tuple(values[:FEW]), _surplus([str(value) for value in values[FEW:]], len(values)))


def fit_uri(text: str) -> Fitted[str | None]:
    """Return a text that fits `Uri`: blanks are percent-encoded, and what is no URI even then is left out."""
    if fits(URI, text):
        return Fitted(text)
    try:
        encoded = quote(text, safe=URI_CHARACTERS)
        return Fitted(URI.validate_python(encoded))
    except ValidationError as error:
        return Fitted(None, (Adjustment("left out", error.errors()[0]["msg"]),))
    except UnicodeEncodeError:
        return Fitted(None, (Adjustment("left out", "lone surrogates are no characters"),))


def cut(text: str, characters: int) -> str:
    """Return the begin of a text with a mark: at most `characters` of them, and no combined character in halves."""
    return text[: _boundary(text, characters - len(MARK))] + MARK


def _fit_line(adapter: TypeAdapter[str], limit: int, text: str, placeholder: str) -> Fitted[str]:
    if fits(adapter, text):
        return Fitted(text)
    changes: list[Adjustment] = []
    line, removed = _without_forbidden(text)
    if removed:
        changes.append(Adjustment("left out", f"a name cannot hold {', '.join(removed)}"))
    if len(line) > limit:
        changes.append(Adjustment("cut", _characters(len(line), limit)))
        line = cut(line, limit)
    if not fits(adapter, line):  # every single character is allowed, so all of them are blank
        changes = [Adjustment("left out", f"it is blank: {placeholder!r} stands for it")]
        line = placeholder
    return Fitted(line, tuple(changes))


def _without_forbidden(text: str) -> tuple[str, list[str]]:
    """Return the text without the characters that a name cannot hold, and the codes of the first of these."""
    forbidden = dict.fromkeys(character for character in text if not _allowed(character))
    if not forbidden:
        return text, []
    one_line = BLANKS.sub(lambda blanks: " " if LINE_END.search(blanks[0]) else blanks[0], text)
    line = "".join(character for character in one_line if character not in forbidden)
    return line.strip(), [f"U+{ord(character):04X}" for character in islice(forbidden, LISTED)]


@lru_cache(maxsize=1_000)
def _allowed(character: str) -> bool:
    return fits(NAME, f"x{character}")


def fits(adapter: TypeAdapter[Any], value: object) -> bool:
    """Return True if the type of the domain accepts the value."""
    try:
        adapter.validate_python(value)
    except ValidationError:
        return False
    return True


def _boundary(text: str, end: int) -> int:
    """Return the last place up to `end` where the text can be cut between two combined characters."""
    places: Callable[[int], bool] = lambda place: not _joined(text[place - 1], text[place])  # noqa: E731
    return next((place for place in range(end, max(end - LONGEST_SEQUENCE, 0), -1) if places(place)), end)


def _joined(before: str, after: str) -> bool:
    """Return True if two neighbours are parts of one combined character."""
    is_tone = "\U0001f3fb" <= after <= "\U0001f3ff"
    return before == "\u200d" or after in JOINERS or is_tone or unicodedata.category(after) in {"Mn", "Mc", "Me"}


def _characters(count: int, limit: int) -> str:
    return f"it has {count} characters, {limit} is the limit"


def _surplus(left_out: Sequence[str], count: int) -> tuple[Adjustment, ...]:
    if not left_out:
        return ()
    return (Adjustment("left out", f"there are {count}, {FEW} is the limit: {_names(left_out)}"),)


def _names(left_out: Sequence[str]) -> str:
    return ", ".join(left_out[:LISTED]) + (", …" if len(left_out) > LISTED else "")
