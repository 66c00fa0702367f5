"""Workers, which project and run policies; rebuild; and status."""
