"""Rules for every command: who may send it, archived and erased workspaces, preloads, JSON, and its name."""

import re

import pytest
from support.one_of_each import EXAMPLES, every_command
from support.scenario import MAX, MEMBERS, STRANGER, VERA, fact

import ascend
from ascend.domain.errors import InvalidInput, NotAllowed, NotFound
from ascend.domain.ids import OPERATOR_USER, POLICIES, Ref, UserId
from ascend.domain.role import Role
from ascend.domain.tasks.commands import ReleaseTask
from ascend.domain.tasks.next_occurrence import OpenNextOccurrence
from ascend.domain.values import FEW
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.lifecycle import ArchiveWorkspace, CreateWorkspace, EraseWorkspace, RestoreWorkspace
from ascend.domain.workspaces.members import DeclineInvitation, JoinWorkspace, LeaveWorkspace
from ascend.domain.workspaces.workspace import (
    WorkspaceArchived,
    WorkspaceErased,
    WorkspaceIsArchived,
    WorkspaceIsErased,
)
from ascend.projections.life_os import LIFE_OS
from ascend.testing import ADA, HOME, given

ARCHIVED = given(*MEMBERS, fact(WorkspaceArchived, workspace_id=HOME))
ERASED = given(*MEMBERS, fact(WorkspaceErased, by=OPERATOR_USER, workspace_id=HOME))
WHILE_ARCHIVED = {ArchiveWorkspace, RestoreWorkspace, EraseWorkspace, JoinWorkspace, DeclineInvitation, LeaveWorkspace}
REACTIONS = {ReleaseTask, OpenNextOccurrence}
"""Commands of policies are not lost, also if the workspace was archived before the policy ran."""
OPEN_TO_ALL = {CreateWorkspace, EraseWorkspace, JoinWorkspace, DeclineInvitation}
each_command = pytest.mark.parametrize("command", EXAMPLES, ids=lambda command: type(command).__name__)


def test_every_command_of_the_domain_is_in_the_catalog() -> None:
    assert every_command() == set(LIFE_OS.commands)


def test_a_command_that_only_ascend_sends_is_not_public() -> None:
    """To make another command public, add it to `ascend.__all__`. The file of public names keeps those that are."""
    assert [c.__name__ for c in REACTIONS | {EraseWorkspace} if c.__name__ in ascend.__all__] == []


@each_command
def test_an_archived_workspace_refuses_all_commands_but_a_few(command: Command) -> None:
    if type(command) in REACTIONS:
        ARCHIVED.when(command, by=POLICIES, imported=True).nothing()
        ARCHIVED.when(command, imported=True).refused(WorkspaceIsArchived)
    elif type(command) in WHILE_ARCHIVED | {CreateWorkspace}:
        assert not isinstance(ARCHIVED.when(command).outcome, WorkspaceIsArchived)
    else:
        ARCHIVED.when(command).refused(WorkspaceIsArchived)


@each_command
def test_only_members_may_expect_a_version(command: Command) -> None:
    """Otherwise others would learn the version."""
    if type(command) in OPEN_TO_ALL:
        for version in (0, 4):
            given(*MEMBERS).when(command, by=STRANGER, expected={Ref("workspace", HOME): version}).refused(NotAllowed)


@each_command
def test_an_erased_workspace_refuses_all_commands(command: Command) -> None:
    for by in (ADA, STRANGER, OPERATOR_USER, POLICIES):
        ERASED.when(command, by=by).refused(WorkspaceIsErased)


@each_command
def test_a_stranger_is_refused_before_anything_else_is_checked(command: Command) -> None:
    """Strangers learn nothing, not even that the workspace is archived."""
    for home in (given(*MEMBERS), ARCHIVED):
        if type(command) not in OPEN_TO_ALL:
            home.when(command, by=STRANGER).refused(NotAllowed)


LOWER: dict[Role, UserId] = {Role.MEMBER: VERA, Role.ADMIN: MAX}


@each_command
def test_a_role_below_the_one_that_is_needed_is_refused(command: Command) -> None:
    needs = type(command).needs
    assert (needs is None) == (type(command) in OPEN_TO_ALL)
    if needs is not None and needs in LOWER:
        given(*MEMBERS).when(command, by=LOWER[needs]).refused(NotAllowed)


@each_command
def test_nothing_can_be_done_in_a_workspace_that_does_not_exist(command: Command) -> None:
    if type(command) not in OPEN_TO_ALL:
        given().when(command).refused(NotFound)


@each_command
def test_the_entities_that_a_command_names_are_preloaded(command: Command) -> None:
    """They are loaded in one request."""
    about = [name for name in type(command).model_fields if name.endswith("_id") and name != "user_id"]
    named = {getattr(command, name) for name in about if getattr(command, name) is not None}
    assert {ref.id for ref in command.preloads()} >= named


@each_command
def test_a_command_is_read_from_the_json_that_a_sender_would_write(command: Command) -> None:
    text = command.model_dump_json(exclude_unset=True)
    again = type(command).model_validate_json(text)
    assert (again, again.digest()) == (command, command.digest())


TOO_MUCH: list[tuple[str, object]] = [
    ("tags", [str(n) for n in range(FEW + 1)]),
    ("tags", ["twice", "twice"]),
    ("tags", ["x" * 101]),
    ("tags", ["a\nb"]),
    ("metadata", {str(n): "" for n in range(FEW + 1)}),
    ("metadata", {"key": "x" * 4_001}),
    ("metadata", {str(n): "\u20ac" * 4_000 for n in range(5)}),
]
CARRY = [command for command in EXAMPLES if "tags" in type(command).model_fields]


def test_everything_that_people_create_has_tags_and_metadata() -> None:
    assert {type(command).__name__ for command in CARRY} >= {
        *("DescribeWorkspace", "CreateThing", "DescribeThing", "CreateTask", "EditTask", "CreateAsset", "EditAsset"),
        *("AddRelation", "EditRelation", "PostComment", "EditComment"),
    }
    assert all("metadata" in type(command).model_fields for command in CARRY)


@pytest.mark.parametrize(("field", "value"), TOO_MUCH)
@pytest.mark.parametrize("command", CARRY, ids=lambda command: type(command).__name__)
def test_tags_and_metadata_are_bounded(command: Command, field: str, value: object) -> None:
    fields = command.model_dump(exclude_unset=True)
    with pytest.raises(InvalidInput, match=rf"{type(command).__name__}\.{field}"):
        type(command).model_validate({**fields, field: value})


def test_every_name_has_two_or_three_words() -> None:
    assert [c.__name__ for c in every_command() if not re.fullmatch(r"([A-Z][a-z]+){2,3}", c.__name__)] == []
