"""The event log, the views and the readers, written once on top of the table port."""
