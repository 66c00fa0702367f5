"""The port: an ordered table with conditional writes."""
