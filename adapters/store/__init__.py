"""The event log, the views and the readers on top of the table port, the same code for every engine."""
