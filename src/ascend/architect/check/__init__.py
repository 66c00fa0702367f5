"""Rules that a schema must keep."""
