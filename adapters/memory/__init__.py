"""The tables in memory."""
