"""The figures on hot partitions in the design document are those of the real imports."""

import json

import pytest
from end_to_end.conftest import Everything
from support.end_to_end.partitions import MEASURES, measure_shares

from ascend.architect.documents.design import PARTITIONS


async def test_the_largest_partitions_are_those_in_the_design_document(everything: Everything) -> None:
    """If this fails, run `.venv/bin/python tests/support/end_to_end/partitions.py`."""
    measured = await measure_shares(f"sqlite:///{everything.database}")
    documented = json.loads(PARTITIONS.read_text())

    assert [(share["import"], share["where"], share["partition"]) for share in measured] == [
        (share["import"], share["where"], share["partition"]) for share in documented
    ]
    for share, expected in zip(measured, documented, strict=True):
        assert [share[m] for m in MEASURES] == [pytest.approx(expected[m], abs=1) for m in MEASURES]
