"""The command path under every kind of fault at once: `ASCEND_SEEDS=20000 pytest tests/domain/runtime/test_chaos.py`."""

import os

import pytest
from support import chaos

SEEDS = int(os.environ.get("ASCEND_SEEDS", "160"))
PARTS = 8


@pytest.mark.timeout(0)
@pytest.mark.parametrize("part", range(PARTS))
async def test_no_fault_breaks_a_promise(part: int) -> None:
    for seed in range(part, SEEDS, PARTS):
        try:
            await chaos.run(seed)
        except BaseException as error:
            error.add_note(f"seed {seed}")
            raise
