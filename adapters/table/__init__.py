"""The table port: ordered tables with conditional writes."""
