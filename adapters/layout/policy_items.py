"""The item types of policies: their positions, which lie beside the log, and which policies are installed."""

from ascend.adapters.layout.item_type import Attribute, AttributeType, ItemType, Retention, Writer
from ascend.adapters.layout.template import Template
from ascend.adapters.table.item import Table

POLICY_POSITION = ItemType(
    name="policy position",
    meaning="the position up to which a policy has answered the events of a workspace; beside the log, because it cannot "
    "be derived from it",
    table=Table.EVENTS,
    key=Template("W#{workspace}#policies", "{policy}"),
    attributes=(
        Attribute("position", AttributeType.NUMBER, "position of the last commit whose events the policy has answered"),
        Attribute(
            "commit_id", AttributeType.TEXT, "id of that commit, compared with the log; empty if it is not known"
        ),
        Attribute("stalled", AttributeType.TEXT, "reason why the policy is stalled; empty if it is not"),
    ),
    writer=Writer.WORKER,
    retention=Retention("for ever; the erasure of a workspace removes its positions"),
    hot="one put for each batch and policy, in a partition beside that of the commits",
)

INSTALLED_POLICIES = ItemType(
    name="installed policies",
    meaning="the installed policies; a workspace in which one of them has no position is newer than the policy; one item "
    "in the store, beside the log because it cannot be derived from it",
    table=Table.EVENTS,
    key=Template("policies", "policies"),
    attributes=(Attribute("installed", AttributeType.LIST, "names of the policies"),),
    writer=Writer.WORKER,
    retention=Retention("for ever"),
    hot="written only when a policy is new",
)
