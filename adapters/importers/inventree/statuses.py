"""Statuses of InvenTree: built-in codes, and codes that the users of an InvenTree have added."""

from collections.abc import Mapping

from ascend.adapters.importers.inventree.stage import StagedRows


def describe_status(
    rows: StagedRows, model: str, names: Mapping[int, str], code: int, custom_code: int | None
) -> tuple[str, str]:
    """Return the name of the built-in status, and the name of the status that users have added, or "".

    Where the file gives no name, the number stands for it.
    """
    custom = "" if custom_code in {None, code} else str(custom_code)
    logical = None
    for added in (custom_code, code):
        if added is not None and added not in names and (found := rows.custom_status(model, added)) is not None:
            custom, logical = found[0] or str(added), found[1]
            break
    if code not in names and logical is not None and logical in names:
        return names[logical], custom
    return names.get(code, str(code)), custom
