"""Values that a query itself gives to its pattern, because several patterns read the same keys with other values.

The declaration of a pattern names the fields of its keys. The methods of `Queries` hold these values.
"""

from collections.abc import Mapping

from ascend.projections.read_models.links import LinkRole
from ascend.projections.read_models.relations import Direction
from ascend.projections.read_models.tasks import TO_DO

CHOSEN: Mapping[str, Mapping[str, str]] = {
    "assets_of": {"role": LinkRole.ASSET},
    "targets_of": {"role": LinkRole.ON},
    "tasks_about": {"role": LinkRole.TASK},
    "subtasks": {"role": LinkRole.SUBTASK},
    "blocks": {"role": LinkRole.BLOCKS},
    "relations_from": {"direction": Direction.OUT},
    "relations_to": {"direction": Direction.IN},
    "tasks_by_priority": {"to_do": TO_DO},
}
"""By query: the values by the name of the field."""


def fill_chosen(query: str, template: str) -> str:
    """Return the template of a key with the values that the query chooses, and the other fields as they are."""
    for name, value in CHOSEN.get(query, {}).items():
        template = template.replace(f"{{{name}}}", value)
    return template
