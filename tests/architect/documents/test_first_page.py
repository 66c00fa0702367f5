"""The design document begins with what a new reader needs: the entities, two pictures, and the primary access patterns."""

import re
from dataclasses import dataclass
from typing import ClassVar

import anyio
import pytest
from support.applications import KERNEL, LEDGER
from support.architect.diagrams import list_diagrams
from support.architect.subjects import SUBJECTS, load_subject

import ascend
from ascend.architect.check.rules import load_schema
from ascend.architect.documents.collections_diagram import render_collections_diagram
from ascend.architect.documents.design import render_design
from ascend.architect.documents.entities import list_references
from ascend.architect.documents.entity_diagram import render_entity_diagram
from ascend.architect.documents.first_page import NONE_IS_PRIMARY, render_entities
from ascend.architect.documents.relationship_map import RELATIONSHIPS
from ascend.projections.life_os import LIFE_OS

FIRST_PAGE = ["What is kept", "The picture", "Primary access patterns", "Access patterns"]


@pytest.fixture(params=SUBJECTS)
def app(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ascend.Application:
    return load_subject(request.param, monkeypatch)


def test_the_page_begins_with_the_entities_the_pictures_and_the_primary_patterns(app: ascend.Application) -> None:
    page = anyio.run(render_design, app)
    first, _, _ = page.partition("\n## Access patterns\n")

    assert re.findall(r"^## (.*)$", page, re.MULTILINE)[:4] == FIRST_PAGE
    assert re.findall(r"^- \*\*(\w+)\*\*: \S", first, re.MULTILINE) == [kind.state.__name__ for kind in app.kinds]
    assert len(list_diagrams(first)) == 2
    primary = {pattern.query for pattern in app.catalog.patterns if pattern.load.primary}
    assert set(re.findall(r"\| \[`(\w+)`\]\(#\1\) \|", first)) == primary


def test_every_link_inside_the_page_leads_to_a_heading(app: ascend.Application) -> None:
    page = anyio.run(render_design, app)
    headings = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}

    links = re.findall(r"\]\(#([^)]+)\)", page)

    assert len(links) > 5
    assert [link for link in links if link not in anchors] == []


def test_every_kind_of_the_life_os_and_of_the_bank_has_a_sentence_of_its_own(app: ascend.Application) -> None:
    lines = render_entities(app).splitlines()

    assert len({line.partition(": ")[2] for line in lines}) == len(app.kinds)
    assert [line for line in lines if "Creates" in line or not line.endswith(".")] == []


def test_a_state_without_a_docstring_is_described_by_its_commands() -> None:
    assert render_entities(LEDGER).splitlines()[1] == "- **Account**: Opens an account."
    assert "no docstring" in render_entities(SHOP).splitlines()[1]


class CartId(ascend.Id): ...


class ProductId(ascend.Id): ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Cart:
    entity: ClassVar[str] = "cart"
    id: CartId
    owner: ascend.UserId
    products: tuple[ProductId, ...]
    merged_into: CartId | None = None
    about: ascend.Ref | None = None


class CartOpened(ascend.Event, tag="cart.opened"):
    cart: CartId

    def touches(self) -> tuple[ascend.Ref, ...]:
        return (ascend.Ref("cart", self.cart),)


SHOP = ascend.Application(name="shop", kinds=(ascend.Kind(Cart, CartOpened, lambda cart, _event, _id: cart),))


def test_the_fields_of_a_state_become_the_lines_between_entities() -> None:
    diagram = render_entity_diagram(SHOP)

    assert '  "Workspace" ||--o{ "Cart" : holds\n' in diagram
    assert '  "Cart" }o--|| "User" : "owner"\n' in diagram
    assert '  "Cart" }o--o{ "ProductId" : "products"\n' in diagram
    assert '  "Cart" }o--o| "Cart" : "merged_into"\n' in diagram
    assert (
        "    CartId id PK\n    UserId owner FK\n    ProductId[] products FK\n    CartId merged_into FK\n  }" in diagram
    )


def test_every_relationship_of_the_life_os_is_a_line() -> None:
    """Except tags, and what only read items hold."""
    drawn = {f"{reference.source.lower()}.{reference.field}" for reference in list_references(LIFE_OS)}
    fields = {field for relationship in RELATIONSHIPS for field in relationship.state_fields}

    assert {field for field in fields - drawn if not re.search(r"\.(tags|details|workspace)$", field)} == set()


def test_every_key_of_every_item_type_is_in_the_picture_of_the_collections(app: ascend.Application) -> None:
    schema = load_schema(app)
    diagram = render_collections_diagram(schema)

    for keys in schema.iter_keys():
        name = keys.item.name
        if keys.item.model is None and keys.place == "views":
            assert name in diagram
        else:
            assert re.search(
                rf'{keys.place}_\d+\["pk {re.escape(keys.template.pk)}<br>.*{name}: {re.escape(keys.template.sk)}',
                diagram,
            )


def test_an_arrow_leads_from_a_collection_to_each_index_that_shows_its_items() -> None:
    diagram = render_collections_diagram(load_schema(LIFE_OS))
    boxes = {partition: box for box, partition in re.findall(r'^ *(\w+)\["pk ([^<"]*)', diagram, re.MULTILINE)}
    arrows = set(re.findall(r"^ *(\w+) --> (\w+)$", diagram, re.MULTILINE))

    tasks = boxes["W#{workspace}#tasks.2.{epoch}"]
    assert (tasks, boxes["W#{workspace}#status#{status}#tasks.2.{epoch}"]) in arrows
    assert (tasks, boxes["W#{workspace}#{to_do}#tasks.2.{epoch}"]) in arrows
    assert len([arrow for arrow in arrows if arrow[0] == tasks]) == 2


def test_an_application_without_primary_patterns_of_its_own_has_those_of_the_kernel() -> None:
    page = anyio.run(render_design, KERNEL)

    assert NONE_IS_PRIMARY not in page
    assert "[`workspaces`](#workspaces)" in page
