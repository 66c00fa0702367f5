"""Mermaid, the language of the diagrams in a Markdown document: GitHub, GitLab and most editors draw it."""

import re
from collections.abc import Iterable

ENTITY_CODES = {"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "`": "#96;"}
"""Mermaid's codes of the characters that end a quoted text, or that begin something in it."""
SPECIAL = re.compile(r'["<>`]|#(?=\w+;)')


def render_diagram(kind: str, lines: Iterable[str]) -> str:
    """Return the fenced block of a diagram of this kind (`erDiagram`, `flowchart LR`)."""
    return "\n".join(["```mermaid", kind, *(f"  {line}" for line in lines), "```"])


def quote_label(*lines: str) -> str:
    """Return the lines as one quoted label."""
    return f'"{"<br>".join(map(escape_text, lines))}"'


def escape_text(text: str) -> str:
    return SPECIAL.sub(lambda match: ENTITY_CODES[match[0]], text)
