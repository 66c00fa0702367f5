"""Whatever people may want in a small workspace: strategies for commands that meet, repeat and contradict one another."""

from datetime import date

from hypothesis import strategies as st
from scenario import ADA, BEA, MAX, VERA, comment_id, task_id, thing_id

from ascend.domain.command import Command, Role
from ascend.domain.comment import DeleteComment, EditComment, PostComment
from ascend.domain.ids import UserId
from ascend.domain.members import AddMember, ChangeRole, LeaveWorkspace, RemoveMember
from ascend.domain.task import Priority
from ascend.domain.task_commands import (
    AssignTask,
    CancelTask,
    CompleteTask,
    CreateTask,
    DeleteTask,
    EditTask,
    PrioritiseTask,
    ReopenTask,
    ScheduleTask,
    StartTask,
    UnassignTask,
)
from ascend.domain.thing_commands import (
    ArchiveThing,
    Children,
    CreateThing,
    DeleteThing,
    DescribeThing,
    MoveThing,
    RenameThing,
    RestoreThing,
)
from ascend.domain.workspace_commands import RenameWorkspace

USERS = st.sampled_from([ADA, BEA, MAX, VERA])
THINGS = st.sampled_from([thing_id(n) for n in range(7)])
TASKS = st.sampled_from([task_id(n) for n in range(3)])
COMMENTS = st.sampled_from([comment_id(n) for n in range(3)])
NAMES = st.sampled_from(["x", "y"])
MAYBE_THING = st.none() | THINGS
SOME_USERS = st.lists(USERS, min_size=1, max_size=3, unique=True).map(tuple)
DAYS = st.none() | st.just(date(2026, 5, 1))

ABOUT_THINGS: list[st.SearchStrategy[Command]] = [
    st.builds(CreateThing, thing_id=THINGS, name=NAMES, parent=MAYBE_THING),
    st.builds(MoveThing, thing_id=THINGS, parent=MAYBE_THING),
    st.builds(DeleteThing, thing_id=THINGS, children=st.sampled_from([Children.REFUSE, Children.CASCADE])),
    st.builds(
        DeleteThing,
        thing_id=THINGS,
        children=st.just(Children.REPARENT),
        reparented=st.lists(THINGS, max_size=2, unique=True).map(tuple),
    ),
]
OTHERS: list[st.SearchStrategy[Command]] = [
    st.builds(RenameThing, thing_id=THINGS, name=NAMES),
    st.builds(DescribeThing, thing_id=THINGS, description=NAMES),
    st.builds(ArchiveThing, thing_id=THINGS),
    st.builds(RestoreThing, thing_id=THINGS),
    st.builds(CreateTask, task_id=TASKS, title=NAMES, about=st.lists(THINGS, max_size=1).map(tuple)),
    st.builds(
        EditTask, task_id=TASKS, title=st.none() | NAMES, about=st.none() | st.lists(THINGS, max_size=1).map(tuple)
    ),
    st.builds(ScheduleTask, task_id=TASKS, start=DAYS, due=DAYS),
    st.builds(PrioritiseTask, task_id=TASKS, priority=st.sampled_from(Priority)),
    st.builds(AssignTask, task_id=TASKS, users=SOME_USERS),
    st.builds(UnassignTask, task_id=TASKS, users=SOME_USERS),
    *(st.builds(kind, task_id=TASKS) for kind in (StartTask, CompleteTask, ReopenTask, CancelTask, DeleteTask)),
    st.builds(PostComment, comment_id=COMMENTS, task_id=TASKS, text=NAMES, reply_to=st.none() | COMMENTS),
    st.builds(PostComment, comment_id=COMMENTS, thing_id=THINGS, text=NAMES, mentions=SOME_USERS),
    st.builds(EditComment, comment_id=COMMENTS, text=NAMES),
    st.builds(DeleteComment, comment_id=COMMENTS),
    st.builds(RenameWorkspace, name=NAMES),
    st.builds(AddMember, user_id=USERS, name=NAMES, role=st.sampled_from(Role)),
    st.builds(ChangeRole, user_id=USERS, role=st.sampled_from(Role)),
    st.builds(RemoveMember, user_id=USERS),
    st.builds(LeaveWorkspace),
]

Wish = tuple[UserId, Command]
WISHES: st.SearchStrategy[Wish] = st.tuples(USERS, st.one_of(*ABOUT_THINGS, *OTHERS))

Step = tuple[str, int, int | None]
"""Something done to the hierarchy: what, to which Thing, and where to. The Things are numbers."""
COUNT = 8
STEPS: st.SearchStrategy[list[Step]] = st.lists(
    st.tuples(
        st.sampled_from(["move", "move", "move", "create", "reparent", "refuse", "cascade"]),
        st.integers(0, COUNT - 1),
        st.none() | st.integers(0, COUNT - 1),
    ),
    max_size=30,
)
FORESTS: st.SearchStrategy[list[Step]] = st.tuples(
    *(
        st.tuples(st.just("create"), st.just(n), st.none() | st.integers(0, n - 1) if n else st.none())
        for n in range(COUNT)
    )
).map(list)
"""All of them, each at the top or below one that was there before."""
