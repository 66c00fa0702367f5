"""Mermaid's own parser reads the diagrams of every design document."""

from dataclasses import dataclass
from pathlib import Path

import anyio
import pytest
from support.applications import KERNEL, LEDGER, Account, AccountOpened
from support.architect.diagrams import find_diagram_faults, list_diagrams
from support.architect.subjects import SUBJECTS, load_subject

import ascend
from ascend.architect.documents.design import render_design
from ascend.architect.documents.entity_diagram import render_entity_diagram
from ascend.architect.documents.mermaid import quote_label

NodeEnvironment = tuple[str, dict[str, str]]


def test_the_diagrams_of_every_application_can_be_drawn(
    node_env: NodeEnvironment, mermaid: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apps = [LEDGER, KERNEL, *(load_subject(name, monkeypatch) for name in SUBJECTS)]
    diagrams = [list_diagrams(anyio.run(render_design, app)) for app in apps]

    faults = find_diagram_faults(node_env[0], mermaid, [text for of_app in diagrams for text in of_app])

    assert [len(of_app) for of_app in diagrams] == [2] * len(apps)
    assert [fault for fault in faults if fault] == []


PLANTED = {
    "an unknown end of a line": "erDiagram\n  Thing ||--x Task : has",
    "an entity without an end": "erDiagram\n  Thing {\n    text name",
    "a quote in a label": 'flowchart LR\n  a["one " two"]',
    "a reserved word as a name": "flowchart LR\n  end --> a",
}


def test_a_planted_fault_in_a_diagram_is_found(node_env: NodeEnvironment, mermaid: Path) -> None:
    faults = find_diagram_faults(node_env[0], mermaid, list(PLANTED.values()))

    assert [name for name, fault in zip(PLANTED, faults, strict=True) if fault is None] == []


def test_an_entity_may_have_the_name_of_a_word_of_mermaid(node_env: NodeEnvironment, mermaid: Path) -> None:
    words = ("Class", "Style", "End", "One", "Many", "To", "Subgraph", "Direction", "Title")
    apps = [
        ascend.Application(name=word.lower(), kinds=(ascend.Kind(rename_state(word), AccountOpened, fold),))
        for word in words
    ]

    faults = find_diagram_faults(node_env[0], mermaid, [list_diagrams(render_entity_diagram(app))[0] for app in apps])

    assert [word for word, fault in zip(words, faults, strict=True) if fault] == []


def rename_state(name: str) -> type[Account]:
    """Return the class of accounts under another name."""
    return dataclass(frozen=True)(type(name, (Account,), {}))


def fold(account: Account, _event: AccountOpened, _me: str) -> Account:
    return account


def test_any_text_can_be_a_label(node_env: NodeEnvironment, mermaid: Path) -> None:
    texts = ('a"b', "<b>", "W#{workspace}#tasks.2.{epoch}", "#quot;", "a;b", "[x](y)", "end", "ä 🎉", "`code`")

    faults = find_diagram_faults(
        node_env[0], mermaid, [f"flowchart LR\n  a[{quote_label(text, text)}]" for text in texts]
    )

    assert [text for text, fault in zip(texts, faults, strict=True) if fault] == []
