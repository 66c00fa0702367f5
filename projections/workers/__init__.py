"""Workers: follow the log, rebuild, report."""
