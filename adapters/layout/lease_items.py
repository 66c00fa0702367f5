"""The item types of the workers that share a store: their heartbeats, and the leases that they hold."""

from ascend.adapters.layout.item_type import Attribute, AttributeType, ItemType, Retention, Writer
from ascend.adapters.layout.template import Template
from ascend.adapters.table.item import Table

LEASE = ItemType(
    name="lease",
    meaning="the right of one worker to do the work of a shard of the change hints or of the registry; it saves work, and "
    "protects nothing",
    table=Table.VIEWS,
    key=Template("leases", "lease#{lease_kind}#{lease_shard}"),
    attributes=(
        Attribute("owner", AttributeType.TEXT, "id of the worker that holds it; empty if it was handed over"),
        Attribute("token", AttributeType.NUMBER, "fencing token; every write raises it by one"),
    ),
    writer=Writer.WORKER,
    retention=Retention("until ten minutes after nobody wants it any more"),
    hot="written only when it changes hands",
)

WORKER = ItemType(
    name="worker",
    meaning="the heartbeat of a running worker, which renews all its leases at once",
    table=Table.VIEWS,
    key=Template("leases", "worker#{worker}"),
    attributes=(
        Attribute(
            "beat", AttributeType.NUMBER, "number of the heartbeat; others see that it changes, and compare no clock"
        ),
        Attribute("kinds", AttributeType.LIST, "the kinds of leases that the worker takes"),
        Attribute("busy", AttributeType.LIST, "workspaces on which it has been at work for more than a second"),
    ),
    writer=Writer.WORKER,
    retention=Retention("until the worker ends, or has been silent for five seconds and others hold its leases"),
    hot="one put and one consistent query of the partition for each worker every two seconds: some hundred workers",
)
