"""The Life OS: the application that ships with Ascend. To register a projection, add a line."""

from ascend.domain.catalog import KINDS, SNAPSHOTS, UPCASTERS, WRITES
from ascend.projections.application import Application
from ascend.projections.policies.catalog import POLICIES_CATALOG
from ascend.projections.read_models.assets import ASSETS
from ascend.projections.read_models.comments import COMMENTS
from ascend.projections.read_models.feed import FEED
from ascend.projections.read_models.history import HISTORY
from ascend.projections.read_models.links import LINKS
from ascend.projections.read_models.members import MEMBERS
from ascend.projections.read_models.relations import RELATIONS
from ascend.projections.read_models.tags import TAGS
from ascend.projections.read_models.tasks import TASKS
from ascend.projections.read_models.things import THINGS

LIFE_OS = Application(
    name="life-os",
    kinds=KINDS,
    projections=(
        MEMBERS,
        FEED,
        TASKS,
        THINGS,
        ASSETS,
        LINKS,
        RELATIONS,
        COMMENTS,
        TAGS,
        HISTORY,
    ),
    policies=POLICIES_CATALOG,
    snapshots=SNAPSHOTS,
    upcasters=UPCASTERS,
    writes=WRITES,
    checked_by_tests=True,
)
