"""An issue or pull request as written by GitHub's REST API, its command line tool, or the IETF's issue archive.

The three use different names for the same fields (created_at, createdAt; user, author). Both names are understood.
"""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal, cast

from pydantic import AliasChoices, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StrictInt

GHOST = "ghost"
"""GitHub's name for the author of contributions by a deleted account."""
ISSUE_URL = re.compile(r"(?:^|/)([^/]+/[^/]+)/(issues|pulls?)/\d+$")
NOT_DONE = frozenset({"NOT_PLANNED", "DUPLICATE"})
"""The reasons to close an issue for which nothing was done."""
STABLE_CHARACTERS = 100


def first_alias(*names: str) -> AliasChoices:
    """Return the aliases of a field. The first one that is present counts."""
    return AliasChoices(*names)


def _read_login(value: Any) -> Any:
    match value:
        case None:
            return GHOST
        case {"login": login}:
            return login
        case _:
            return value


def _read_given(value: Any) -> Any:
    """Return the list. None where there is none: the REST API gives the number of comments in place of the comments."""
    return cast("Any", value) if isinstance(value, list) else None


def _to_upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def _read_stable(value: Any) -> Any:
    """Return an id as text. None where it can be none."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return text if 0 < len(text) <= STABLE_CHARACTERS and text.isascii() and text.isprintable() else None


Login = Annotated[str, BeforeValidator(_read_login)]
Body = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
Upper = Annotated[str, BeforeValidator(_to_upper)]
OptionalTime = AwareDatetime | None
Stable = Annotated[str | None, BeforeValidator(_read_stable)]
Parts = Annotated[list[Any], BeforeValidator(lambda value: [] if value is None else value)]
"""The elements of a list. Each is read on its own, so that one of them cannot spoil the others."""
GivenParts = Annotated[list[Any] | None, BeforeValidator(_read_given)]
"""The same for a list that the file may not give."""


class GitHubModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True)


class Identified(GitHubModel):
    """Anything to which GitHub gives an id that never changes."""

    node_id: Stable = None
    """The id in the REST API. The command line tool and the archive write it as `id`."""
    id: Stable = None

    @property
    def stable_ids(self) -> tuple[str, ...]:
        """The ids that never change, the best one first."""
        return tuple(dict.fromkeys(id for id in (self.node_id, self.id) if id is not None))


class SourceComment(Identified):
    """A comment, a review with its text and its inline comments, or an inline comment."""

    author: Login = Field(default=GHOST, validation_alias=first_alias("author", "user"))
    body: Body = ""
    created_at: AwareDatetime = Field(
        validation_alias=first_alias("created_at", "createdAt", "submitted_at", "submittedAt")
    )
    updated_at: OptionalTime = Field(default=None, validation_alias=first_alias("updated_at", "updatedAt"))


class SourceReview(SourceComment):
    comments: GivenParts = None
    """The inline comments."""


class Label(GitHubModel):
    name: str


class Milestone(GitHubModel):
    due_on: OptionalTime = Field(default=None, validation_alias=first_alias("due_on", "dueOn"))


class Issue(Identified):
    number: StrictInt = Field(ge=1, lt=2**63)
    title: str
    author: Login = Field(default=GHOST, validation_alias=first_alias("author", "user"))
    body: Body = ""
    state: Literal["OPEN", "CLOSED", "MERGED", "open", "closed", "merged"]
    state_reason: Upper | None = Field(default=None, validation_alias=first_alias("state_reason", "stateReason"))
    url: str = Field(default="", validation_alias=first_alias("html_url", "url"))
    labels: Parts = []
    assignees: Parts = []
    milestone: Milestone | None = None
    created_at: AwareDatetime = Field(validation_alias=first_alias("created_at", "createdAt"))
    updated_at: OptionalTime = Field(default=None, validation_alias=first_alias("updated_at", "updatedAt"))
    closed_at: OptionalTime = Field(default=None, validation_alias=first_alias("closed_at", "closedAt"))
    merged: bool | None = None
    merged_at: OptionalTime = Field(default=None, validation_alias=first_alias("merged_at", "mergedAt"))
    merged_by: Login | None = Field(default=None, validation_alias=first_alias("merged_by", "mergedBy"))
    closed_by: Login | None = Field(default=None, validation_alias=first_alias("closed_by", "closedBy"))
    pull_request: Any = None
    comments: GivenParts = None
    reviews: GivenParts = None

    @property
    def type(self) -> str:
        return "pull" if self.is_pull else "issue"

    @property
    def is_pull(self) -> bool:
        match = ISSUE_URL.search(self.url)
        return self.pull_request is not None or (match is not None and match[2] != "issues")

    @property
    def due(self) -> date | None:
        """The due day. GitHub stores a day as a time in its morning, in UTC."""
        due = self.milestone.due_on if self.milestone else None
        return due.date() if due else None

    @property
    def closer(self) -> str:
        """The login of the user who merged or closed the issue, or of the author where that user is unknown."""
        known = (self.merged_by, self.closed_by)
        return next((login for login in known if login is not None and login != GHOST), self.author)

    @property
    def closed(self) -> datetime | None:
        """The time at which the issue was closed, or None while it is open."""
        return None if self.state.upper() == "OPEN" else self.closed_at or self.updated_at or self.created_at

    @property
    def is_cancelled(self) -> bool:
        """True if it was closed, and nothing was done: an issue that is not planned, a pull request without a merge."""
        if self.closed is None or self.state.upper() == "MERGED":
            return False
        return self._is_unmerged() if self.is_pull else self.state_reason in NOT_DONE

    def _is_unmerged(self) -> bool:
        """Return True if the file says that the closed pull request was not merged.

        A list of issues of the REST API from before 2020 does not say it. Where `state` has capitals, MERGED is another
        state than CLOSED.
        """
        raw = self.pull_request
        nested = cast("dict[str, Any]", raw) if isinstance(raw, dict) else {}
        if self.merged or self.merged_at is not None or nested.get("merged_at") is not None:
            return False
        says_when = "merged_at" in nested or "merged_at" in self.model_fields_set
        return self.state == "CLOSED" or self.merged is False or says_when


class IssueKey(Identified):
    """The number and repository of an issue, and the time of its last change: what the stage needs to know."""

    number: StrictInt = Field(ge=1, lt=2**63)
    url: str = Field(default="", validation_alias=first_alias("html_url", "url"))
    updated_at: Annotated[str, BeforeValidator(lambda value: str(value or ""))] = Field(
        default="", validation_alias=first_alias("updated_at", "updatedAt")
    )

    def repository(self, default: str) -> str:
        """Return the repository in the URL, or `default` where the URL names none."""
        return repository_of(self.url) or default


def repository_of(url: str) -> str:
    """Return the repository that the address of an issue names, empty where it names none."""
    match = ISSUE_URL.search(url)
    return match[1] if match else ""
