"""Assets: created, edited in part, and retired for good."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from support.scenario import MAX, MEMBERS, VERA, asset_id, fact

from ascend.domain.assets.asset import Asset, AssetCreated, AssetEdited, AssetKind, AssetRetired, Details
from ascend.domain.assets.commands import (
    AmountAndCurrency,
    AssetExists,
    AssetIsRetired,
    CreateAsset,
    EditAsset,
    NoSuchAsset,
    RetireAsset,
)
from ascend.domain.errors import InvalidInput, NotAllowed
from ascend.testing import ADA, NOON, given

A = asset_id()
SCAN: dict[str, Any] = {
    "name": "Deed",
    "description": "The house",
    "media_type": "application/pdf",
    "uri": "s3://papers/deed.pdf",
    "size": 70_000,
    "checksum": "sha256:00ff",
    "tags": ("house",),
    "metadata": {"page": "3"},
}
SAVED: dict[str, Any] = {"name": "Savings", "amount": Decimal("1.50"), "currency": "EUR"}
home = given(*MEMBERS)
created = fact(AssetCreated, asset_id=A, kind=AssetKind.DOCUMENT, details=Details(**SCAN))
saved = fact(AssetCreated, asset_id=A, kind=AssetKind.VALUE, details=Details(**SAVED))
deed, savings = given(*MEMBERS, created), given(*MEMBERS, saved)
RETIRED = fact(AssetRetired, asset_id=A)
retired = given(*MEMBERS, created, RETIRED)


def edited(before: dict[str, Any], **changed: Any) -> AssetEdited:
    return fact(AssetEdited, asset_id=A, details=Details(**{**before, **changed}))


def test_it_is_created_once() -> None:
    create = CreateAsset(asset_id=A, kind=AssetKind.DOCUMENT, **SCAN)
    home.when(create).then(created)
    deed.when(create).nothing()
    deed.when(CreateAsset(asset_id=A, kind=AssetKind.FILE, **SCAN)).refused(AssetExists)
    deed.when(create.model_copy(update={"size": 1})).refused(AssetExists)
    retired.when(create).refused(AssetExists)
    state = deed.state(Asset, A)
    assert (state.kind, state.details, state.created_by, state.created_at) == (
        AssetKind.DOCUMENT,
        Details(**SCAN),
        ADA,
        NOON,
    )


def test_fields_that_are_not_given_stay_and_none_removes_a_value() -> None:
    deed.when(EditAsset(asset_id=A, name="Title deed")).then(edited(SCAN, name="Title deed"))
    deed.when(EditAsset(asset_id=A, uri=None, size=None)).then(edited(SCAN, uri=None, size=None))
    deed.when(EditAsset(asset_id=A, description="", tags=(), metadata={})).then(
        edited(SCAN, description="", tags=(), metadata={})
    )
    bare = given(*MEMBERS, created, edited({"name": "Deed"}))
    assert bare.state(Asset, A).details == Details(name="Deed")


def test_an_edit_that_changes_nothing_has_no_events() -> None:
    for command in (EditAsset(asset_id=A), EditAsset(asset_id=A, **SCAN), EditAsset(asset_id=A, amount=None)):
        deed.when(command).nothing()
    savings.when(EditAsset(asset_id=A, amount=Decimal("1.5"))).nothing()


def test_an_amount_needs_its_currency_and_a_currency_its_amount() -> None:
    for half in ({"amount": Decimal(1)}, {"currency": "EUR"}):
        with pytest.raises(InvalidInput, match="an amount needs its currency"):
            CreateAsset.model_validate({"asset_id": A, "kind": AssetKind.VALUE, "name": "Cash", **half})
        deed.when(EditAsset.model_validate({"asset_id": A, **half})).refused(AmountAndCurrency)
    for field in ("amount", "currency"):
        savings.when(EditAsset.model_validate({"asset_id": A, field: None})).refused(AmountAndCurrency)
    savings.when(EditAsset(asset_id=A, amount=Decimal(2))).then(edited(SAVED, amount=Decimal(2)))
    savings.when(EditAsset(asset_id=A, amount=None, currency=None)).then(edited({"name": "Savings"}))


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity", "1" * 39, "0." + "1" * 39])
def test_an_amount_is_a_number_of_at_most_38_digits(amount: str) -> None:
    with pytest.raises(InvalidInput, match=r"EditAsset\.amount"):
        EditAsset(asset_id=A, amount=Decimal(amount), currency="EUR")


@for_all(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**30), max_value=10**30))
def test_an_amount_is_exact(amount: Decimal) -> None:
    home = given(*MEMBERS).after(CreateAsset(asset_id=A, kind=AssetKind.VALUE, name="x", amount=amount, currency="EUR"))
    assert str(home.state(Asset, A).details.amount) == str(amount)


@pytest.mark.parametrize("currency", ["eur", "EURO", "EU", "€", "EUR\n", ""])
def test_a_currency_is_an_iso_4217_code(currency: str) -> None:
    with pytest.raises(InvalidInput, match=r"EditAsset\.currency"):
        EditAsset(asset_id=A, amount=Decimal(1), currency=currency)


GOOD = ["https://example.org/a%20b?c=d#e", "s3://bucket/key", "file:///C:/x.pdf", "urn:isbn:0451450523", "tel:+49-1"]
BAD = [
    *("javascript:alert(1)", "JavaScript:alert(1)", "vbscript:x", "data:text/html;base64,AAAA", "DATA:,x"),
    *("java\tscript:alert(1)", " javascript:alert(1)", "\x01javascript:x", "https://a b", "https://a\nb"),
    *("https://a\u202eb", "no scheme", "https:", ":x", "", "1http://x", "https://a\u00a0b", "https://\ud800"),
    "https://" + "x" * 2_000,
]


@pytest.mark.parametrize("uri", GOOD)
def test_a_uri_names_a_location(uri: str) -> None:
    assert EditAsset(asset_id=A, uri=uri).uri == uri


@pytest.mark.parametrize("uri", BAD)
def test_a_uri_that_runs_code_or_disguises_itself_is_refused(uri: str) -> None:
    with pytest.raises(InvalidInput, match=r"EditAsset\.uri"):
        EditAsset(asset_id=A, uri=uri)


@pytest.mark.parametrize("size", [-1, 2**63])
def test_a_size_is_a_number_of_bytes(size: int) -> None:
    with pytest.raises(InvalidInput, match=r"EditAsset\.size"):
        EditAsset(asset_id=A, size=size)


def test_a_retired_asset_cannot_be_changed() -> None:
    deed.when(RetireAsset(asset_id=A)).then(RETIRED)
    retired.when(RetireAsset(asset_id=A)).nothing()
    retired.when(EditAsset(asset_id=A, name="Old deed")).refused(AssetIsRetired)
    assert retired.state(Asset, A).retired
    assert retired.state(Asset, A).details == Details(**SCAN)


def test_an_asset_that_does_not_exist_cannot_be_changed() -> None:
    home.when(EditAsset(asset_id=A, name="x")).refused(NoSuchAsset)
    home.when(RetireAsset(asset_id=A)).refused(NoSuchAsset)


def test_a_member_may_send_all_these_commands_and_a_viewer_none() -> None:
    deed.when(RetireAsset(asset_id=A), by=MAX).then(fact(AssetRetired, by=MAX, asset_id=A))
    deed.when(RetireAsset(asset_id=A), by=VERA).refused(NotAllowed)
