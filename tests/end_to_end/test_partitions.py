"""The design document's figures on hot partitions are those of the real imports."""

import json

import pytest
from end_to_end.conftest import Everything
from support.end_to_end.partitions import MEASURES, shares

from ascend.architect.documents.design import PARTITIONS


async def test_the_largest_partitions(everything: Everything) -> None:
    """Else: `.venv/bin/python tests/support/end_to_end/partitions.py`."""
    found = await shares(f"sqlite:///{everything.database}")
    said = json.loads(PARTITIONS.read_text())

    assert [(one["import"], one["where"], one["partition"]) for one in found] == [
        (one["import"], one["where"], one["partition"]) for one in said
    ]
    for one, other in zip(found, said, strict=True):
        assert [one[m] for m in MEASURES] == [pytest.approx(other[m], abs=1) for m in MEASURES]
