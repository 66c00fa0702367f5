"""Files for importers: the real ones that other people wrote, and small ones made of a few records."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from support.engines import report_not_run
from support.paths import DATA


def real_file(*names: str) -> Path:
    """Return a file that other people wrote.

    Such files do not ship with the project. Where the file is missing, the test is reported as not run.
    """
    path = DATA.joinpath(*names)
    if not path.exists():
        report_not_run("real files", f"there is no {path}")
    return path


def write_file(folder: Path, content: object, name: str = "file.json") -> Path:
    """Write a text as it is, and any other content as JSON."""
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def issue(number: int, **fields: Any) -> dict[str, Any]:
    """Return an issue in the format of GitHub's REST API."""
    defaults = {
        "number": number,
        "title": f"Issue {number}",
        "user": {"login": "ada"},
        "state": "open",
        "html_url": f"https://github.com/lovelace/engine/issues/{number}",
        "created_at": f"2024-01-01T10:{number % 60:02d}:00Z",
        "comments": 0,
    }
    return defaults | fields


def comment(author: str | None, body: str, day: int, **fields: Any) -> dict[str, Any]:
    at = f"2024-02-{day:02d}T10:00:00Z"
    return {"author": author, "body": body, "createdAt": at, "updatedAt": at} | fields


def archive(*issues: Mapping[str, Any], pulls: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    return {"repo": "lovelace/engine", "labels": [], "issues": [*issues], "pulls": [*pulls]}


def row(model: str, pk: object, **fields: Any) -> dict[str, Any]:
    """Return a row in the format of an InvenTree dump."""
    return {"model": model, "pk": pk, "fields": fields}
