"""The process of the command line spares the collector of cyclic garbage what lives as long as the process."""

import subprocess
import sys

SHOW = """
import gc, ascend_command
ascend_command.import_command_line()
print(gc.isenabled(), gc.get_freeze_count() > 50_000, len(gc.get_objects()) < 1_000, gc.get_threshold()[0])
"""


def test_the_collector_works_on_what_is_made_after_the_start() -> None:
    shown = subprocess.run([sys.executable, "-c", SHOW], capture_output=True, text=True, timeout=60, check=True)

    assert shown.stdout.split() == ["True", "True", "True", "100000"]
