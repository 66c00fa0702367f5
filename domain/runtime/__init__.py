"""The command path: the execution of commands."""
