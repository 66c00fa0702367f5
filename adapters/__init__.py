"""Everything that does I/O: tables and their engines, event log and views, operators' jobs, importers, environment."""
