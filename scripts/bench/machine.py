"""The machine and the moment of a run, in words: for whoever reads its figures later."""

import os
import platform
import time


def describe_machine() -> dict[str, str]:
    one, five, _ = os.getloadavg()
    return {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "load": f"{one:.1f} in the last minute, {five:.1f} in the last five, this run included",
    }
