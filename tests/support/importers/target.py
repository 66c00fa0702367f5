"""An open store as importers use it."""

from collections.abc import Mapping

from ascend import Command, CommandId, Receipt, Ref, Store, UserId, WorkspaceId
from ascend.adapters.importers import ImportTarget


def import_target(store: Store) -> ImportTarget:
    async def send(
        workspace: WorkspaceId, command: Command, actor: UserId, command_id: CommandId, expected: Mapping[Ref, int]
    ) -> Receipt:
        importing = store.importing()
        return await importing.execute(workspace, command, actor=actor, command_id=command_id, expected=expected)

    return ImportTarget(send, store.log, store.model)
