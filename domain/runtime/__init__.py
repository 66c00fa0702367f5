"""The command path: how a command is executed."""
