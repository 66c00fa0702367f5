"""Texts of a proposal in written files: each language has its own rules. The texts are not trusted.

`|python`      a literal of Python, also valid in TOML         `|doc`   the inside of a docstring
`|markdown`    running text of Markdown                        `|cell`  a cell of a table in Markdown
"""

import json
import re
from collections.abc import Callable, Mapping

MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~&])")


def to_python(text: str) -> str:
    """Return a literal with double quotes. What is not printable is escaped, so that nothing hides in it."""
    if "\\" not in text and '"' in text and "'" not in text and text.isprintable():
        return f"'{text}'"  # as ruff format would write it
    return "".join(map(escape_unprintable, json.dumps(text, ensure_ascii=False)))


def to_docstring(text: str) -> str:
    """Return text for the inside of a docstring in triple quotes. It ends neither the docstring nor its line."""
    escaped = "".join(map(escape_unprintable, text.replace("\\", r"\u005c"))).replace('"""', r"\u0022\u0022\u0022")
    return escaped[:-1] + r"\u0022" if escaped.endswith('"') else escaped


def escape_unprintable(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004 - the end of the basic plane


def to_markdown(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return MARKUP.sub(r"\\\1", "".join(map(escape_unprintable, text)))


def to_cell(text: str) -> str:
    """Return code or text for a cell of a table: a bar would end the cell."""
    return text.replace("|", r"\|")


FILTERS: Mapping[str, Callable[[str], str]] = {
    "python": to_python,
    "doc": to_docstring,
    "markdown": to_markdown,
    "cell": to_cell,
}
