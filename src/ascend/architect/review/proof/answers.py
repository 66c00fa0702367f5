"""Ask a pattern of the draft, page by page, and read what its lines show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ascend
from ascend.architect.review.design import Answer
from ascend.architect.review.proof.questions import find_given
from ascend.architect.review.proof.rows import USERS, EntityRow
from ascend.architect.review.proof.stored import from_text
from ascend.architect.review.proof.truth import Asked, Found
from ascend.architect.review.proposal import USER, WORKSPACE
from ascend.projections.pattern import Pattern

PAGE = 3
"""Lines of a page: small, so that every list has several."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks questions of a store that holds these rows."""

    store: ascend.Store
    rows: Sequence[EntityRow]

    async def ask(self, answer: Answer, pattern: Pattern[Any], asked: Asked) -> list[Found]:
        """Return the lines of all pages. A question of a job is asked of every workspace."""
        homes = sorted({row.workspace for row in self.rows}) if answer.question.everywhere else [asked.workspace]
        return [line for home in homes for line in await self.ask_workspace(answer, pattern, asked, home)]

    async def ask_workspace(self, answer: Answer, pattern: Pattern[Any], asked: Asked, home: str) -> list[Found]:
        given = find_given(answer, asked, self.rows)
        bounds = {"low": given.pop("low", None), "high": given.pop("high", None)}
        lines: list[Found] = []
        cursor: str | None = None
        while True:
            page = await self.read_page(answer, pattern, home, {**bounds, "limit": PAGE, "cursor": cursor}, given)
            lines += [line for item in page[0] for line in to_found(answer, item)]
            cursor = page[1]
            if cursor is None:
                return lines

    async def read_page(
        self, answer: Answer, pattern: Pattern[Any], home: str, bounds: Mapping[str, Any], given: Mapping[str, Any]
    ) -> tuple[Sequence[Any], str | None]:
        if not answer.question.across:
            page: Any = await self.store.queries.ask(
                pattern, ascend.WorkspaceId(home), viewer=USERS[0], **bounds, **given
            )
            return page.items, page.cursor
        user = ascend.UserId(given[USER])
        others = {name: value for name, value in given.items() if name not in {USER, WORKSPACE}}
        entries: Any = await self.store.queries.ask_across(pattern, user, viewer=user, **bounds, **others)
        return [entry.line for entry in entries.items], entries.cursor


def to_found(answer: Answer, item: Any) -> list[Found]:
    """Return what an item shows: the entity, the other end of its line, or those that the entity itself lists."""
    row = from_text(item.stored_row)
    assert row is not None, "a line is rendered from a row"
    shown = answer.question.shows
    if shown is None:
        return [Found(row.workspace, row.id, "")]
    listed = [end.id for end in row.ends[shown]]
    ends = listed if answer.is_one else [getattr(item, shown, getattr(item, USER, ""))]
    return [Found(row.workspace, row.id, end) for end in ends]
