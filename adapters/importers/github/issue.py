"""An issue or pull request as written by GitHub's REST API, its command line tool, or the IETF's issue archive.

The three use different names for the same fields (created_at, createdAt; user, author). Both names are understood.
"""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StrictInt

GHOST = "ghost"
"""GitHub's name for the author of contributions by a deleted account."""
ISSUE_URL = re.compile(r"([^/]+/[^/]+)/(?:issues|pulls?)/\d+$")


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


def _read_label(value: Any) -> Any:
    match value:
        case {"name": name}:
            return name
        case _:
            return value


def _read_list(value: Any) -> Any:
    """Return the list, or an empty one. The REST API gives the number of comments in place of the comments."""
    return [] if value is None or isinstance(value, int) else value


def _to_upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


Login = Annotated[str, BeforeValidator(_read_login)]
Label = Annotated[str, BeforeValidator(_read_label)]
Body = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
OptionalTime = AwareDatetime | None


class GitHubModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class SourceComment(GitHubModel):
    """A comment, or the text of a review."""

    author: Login = Field(default=GHOST, validation_alias=first_alias("author", "user"))
    body: Body = ""
    created_at: AwareDatetime = Field(
        validation_alias=first_alias("created_at", "createdAt", "submitted_at", "submittedAt")
    )
    updated_at: OptionalTime = Field(default=None, validation_alias=first_alias("updated_at", "updatedAt"))


class Milestone(GitHubModel):
    due_on: OptionalTime = Field(default=None, validation_alias=first_alias("due_on", "dueOn"))


class Issue(GitHubModel):
    number: StrictInt = Field(ge=1, lt=2**63)
    title: str
    author: Login = Field(default=GHOST, validation_alias=first_alias("author", "user"))
    body: Body = ""
    state: Annotated[Literal["OPEN", "CLOSED", "MERGED"], BeforeValidator(_to_upper)]
    url: str = Field(default="", validation_alias=first_alias("html_url", "url"))
    labels: Annotated[list[Label], BeforeValidator(_read_list)] = []
    assignees: Annotated[list[Login], BeforeValidator(_read_list)] = []
    milestone: Milestone | None = None
    created_at: AwareDatetime = Field(validation_alias=first_alias("created_at", "createdAt"))
    updated_at: OptionalTime = Field(default=None, validation_alias=first_alias("updated_at", "updatedAt"))
    closed_at: OptionalTime = Field(default=None, validation_alias=first_alias("closed_at", "closedAt"))
    merged_by: Login | None = Field(default=None, validation_alias=first_alias("merged_by", "mergedBy"))
    closed_by: Login | None = Field(default=None, validation_alias=first_alias("closed_by", "closedBy"))
    pull_request: Any = None
    comments: Annotated[list[SourceComment], BeforeValidator(_read_list)] = []
    reviews: Annotated[list[SourceComment], BeforeValidator(_read_list)] = []

    @property
    def type(self) -> str:
        return "issue" if self.pull_request is None else "pull"

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
        return None if self.state == "OPEN" else self.closed_at or self.updated_at or self.created_at


class IssueKey(GitHubModel):
    """The number and repository of an issue: its key on the stage."""

    number: StrictInt = Field(ge=1, lt=2**63)
    url: str = Field(default="", validation_alias=first_alias("html_url", "url"))

    def repository(self, default: str) -> str:
        """Return the repository in the URL, or `default` where the URL names none."""
        match = ISSUE_URL.search(self.url)
        return match[1] if match else default
