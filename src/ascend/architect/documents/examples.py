"""One example of each access pattern, as an embedder writes it. Documents show them; a test runs all of them.

`queries` is `store.queries`, `ada` is a user and the viewer, `home` is a workspace; the other names are ids in it.
"""

EXAMPLES: dict[str, str] = {
    "workspace": "queries.workspace(home, viewer=ada)",
    "members": "queries.members(home, viewer=ada)",
    "invitations": "queries.invitations(home, viewer=ada)",
    "workspaces": "queries.workspaces(ada, viewer=ada)",
    "invitations_of": "queries.invitations_of(eve, viewer=eve)",
    "feed": "queries.feed(ada, viewer=ada, start=date(2026, 1, 1), end=date(2026, 12, 31), limit=50)",
    "done": "queries.done(ada, viewer=ada, limit=50)",
    "tasks_of": "queries.tasks_of(ada, home, viewer=ada, limit=50)",
    "task": "queries.task(home, task, viewer=ada)",
    "tasks": "queries.tasks(home, viewer=ada, limit=100)",
    "tasks_by_status": "queries.tasks_by_status(home, Status.OPEN, viewer=ada, end=date(2026, 12, 31), limit=100)",
    "tasks_by_priority": "queries.tasks_by_priority(home, Priority.HIGH, viewer=ada, limit=100)",
    "tasks_about": "queries.tasks_about(home, thing, viewer=ada)",
    "subtasks": "queries.subtasks(home, task, viewer=ada)",
    "blocks": "queries.blocks(home, task, viewer=ada)",
    "blocked_by": "queries.blocked_by(home, task, viewer=ada)",
    "thing": "queries.thing(home, deep, viewer=ada)",
    "children": "queries.children(home, thing, viewer=ada, limit=100)",
    "subtree": "queries.subtree(home, thing, viewer=ada, limit=150)",
    "things_by_kind": "queries.things_by_kind(home, ThingKind.DIGITAL, viewer=ada, limit=100)",
    "asset": "queries.asset(home, asset, viewer=ada)",
    "assets": "queries.assets(home, viewer=ada, limit=100)",
    "assets_of": "queries.assets_of(home, Ref('thing', thing), viewer=ada)",
    "targets_of": "queries.targets_of(home, asset, viewer=ada)",
    "relations_from": "queries.relations_from(home, Ref('thing', thing), 'contains', viewer=ada)",
    "relations_to": "queries.relations_to(home, Ref('thing', thing), 'contains', viewer=ada)",
    "comment": "queries.comment(home, comment, viewer=ada)",
    "comments": "queries.comments(home, task, viewer=ada, limit=50)",
    "mentions": "queries.mentions(ada, viewer=ada, limit=30)",
    "tagged": "queries.tagged(home, 'garden', viewer=ada, limit=33)",
    "history_of": "queries.history_of(home, Ref('task', task), viewer=ada, limit=50)",
    "history": "queries.history(home, viewer=ada, limit=50)",
}
