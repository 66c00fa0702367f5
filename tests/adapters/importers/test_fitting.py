"""Values that do not fit are made to fit, and each change is stated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ascend.adapters.importers.fitting import (
    LABEL,
    LABEL_CHARACTERS,
    METADATA,
    NAME,
    TAGS,
    TEXT,
    URI,
    Fitter,
    cut,
    fit_few,
    fit_label,
    fit_metadata,
    fit_name,
    fit_tags,
    fit_text,
    fit_uri,
)
from ascend.adapters.importers.github.issue import repository_of
from ascend.adapters.importers.report import Notice
from ascend.domain.values import FEW, METADATA_BYTES, METADATA_CHARACTERS, NAME_CHARACTERS, TEXT_BYTES

FAMILY = "👩‍👩‍👧"
ANYTHING = st.text(st.characters(codec=None) | st.sampled_from(" \n\u202e\u200d…🙂\u0301"))


@pytest.mark.parametrize(
    ("text", "fitted"),
    [
        ("Lamp", "Lamp"),
        ("two\nlines", "two lines"),
        ("two\r\n\r\n lines\n", "two lines"),
        ("a\tb", "a b"),
        ("Report \u200fwith a mark", "Report with a mark"),
        ("a\u0007b", "ab"),
        ("\ud800x", "x"),
        ("", "(no title)"),
        (" \u200d\n", "(no title)"),
        ("\u202e", "(no title)"),
        ("x" * 300, "x" * 300),
        ("x" * 301, "x" * 299 + "…"),
    ],
)
def test_a_name_is_made_to_fit(text: str, fitted: str) -> None:
    result = fit_name(text, "(no title)")
    assert result.value == fitted
    assert bool(result.changes) == (text != fitted)


def test_each_change_of_a_name_is_stated() -> None:
    fitter = Fitter("issue 7")
    fitter.name("title", "x\u202e" * 301, "(no title)")
    fitter.name("title", " ", "(no title)")
    assert fitter.notices == [
        Notice("issue 7", "left out", "title", "a name cannot hold U+202E"),
        Notice("issue 7", "cut", "title", "it has 301 characters, 300 is the limit"),
        Notice("issue 7", "left out", "title", "it is blank: '(no title)' stands for it"),
    ]


@pytest.mark.parametrize("sequence", ["e\u0301", FAMILY, "👍🏽", "❤\ufe0f"])
def test_a_text_is_not_cut_inside_of_a_combined_character(sequence: str) -> None:
    assert cut("a" + sequence + "b" * 10, len(sequence) + 1) == "a…"
    assert cut("a" + sequence + "b" * 10, len(sequence) + 2) == f"a{sequence}…"


def test_a_sequence_without_an_end_is_cut_anyway() -> None:
    assert cut("ab" + "\u0301" * 400, 300) == "ab" + "\u0301" * 297 + "…"


def test_a_text_is_cut_by_its_bytes() -> None:
    fitted = fit_text("漢" * 40_000)
    assert len(fitted.value.encode()) == TEXT_BYTES - 1  # whole characters of three bytes, and the mark
    assert fitted.value.endswith("漢…")
    assert [change.reason for change in fitted.changes] == ["it has 120000 bytes, 65536 is the limit"]


def test_surplus_labels_are_left_out_and_named() -> None:
    fitted = fit_tags(["label 0", *(f"label {n}" for n in range(23)), " "])
    assert fitted.value == tuple(f"label {n}" for n in range(20))
    assert [change.reason for change in fitted.changes] == [
        "a blank label",
        "there are 23, 20 is the limit: label 20, label 21, label 22",
    ]


def test_surplus_entries_and_values_are_left_out() -> None:
    fitted = fit_metadata({f"key {n}": "x" for n in range(22)})
    assert len(fitted.value) == len(fit_few(range(22)).value) == FEW
    limits = f"20 entries and {METADATA_BYTES} bytes are the limits"
    assert [change.reason for change in fitted.changes] == [f"there is no room for key 20, key 21: {limits}"]
    assert fit_few(range(22)).changes[0].reason == "there are 22, 20 is the limit: 20, 21"


def test_metadata_are_cut_and_then_left_out_where_there_is_no_room() -> None:
    fitted = fit_metadata({f"key {n}": "x" * 5_000 for n in range(14)})
    assert {len(text) for text in fitted.value.values()} == {METADATA_CHARACTERS}
    assert len(fitted.value) == METADATA_BYTES // METADATA_CHARACTERS
    assert [change.kind for change in fitted.changes] == ["cut"] * 12 + ["left out"]


@pytest.mark.parametrize(
    ("text", "fitted"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("https://a.example/x y%20z", "https://a.example/x%20y%20z"),
        ("https://a.example/\u202eß", "https://a.example/%E2%80%AE%C3%9F"),
        ("javascript:alert(1)", None),
        ("x", None),
        ("https://a.example/" + "x" * 3_000, None),
    ],
)
def test_a_uri_is_encoded_or_left_out(text: str, fitted: str | None) -> None:
    assert fit_uri(text).value == fitted


@given(text=ANYTHING, repeat=st.integers(1, 200), others=st.lists(ANYTHING, max_size=25))
def test_whatever_is_fitted_fits_and_what_fits_stays(text: str, repeat: int, others: list[str]) -> None:
    long = text * repeat
    for fitted, adapter in (
        (fit_name(long, "x"), NAME),
        (fit_label(long, "x"), LABEL),
        (fit_text(long), TEXT),
        (fit_tags([text, *others]), TAGS),
        (fit_metadata(dict.fromkeys([text, *others], long)), METADATA),
    ):
        adapter.validate_python(fitted.value)
    uri = fit_uri(long).value
    assert uri is None or URI.validate_python(uri)
    assert fit_name(fit_name(long, "x").value, "x").changes == ()
    assert len(fit_label(long, "x").value) <= LABEL_CHARACTERS < NAME_CHARACTERS


def test_the_time_to_read_a_long_text_grows_with_its_length_only() -> None:
    """With the square of the length it would be many minutes."""
    blanks = "x" + " " * 1_000_000 + "x"
    assert fit_name(f"\0{blanks}", "-").value == cut(blanks, NAME_CHARACTERS)
    assert repository_of("a" * 1_000_000) == ""
