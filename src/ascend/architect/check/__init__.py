"""The rules that a schema must keep."""
