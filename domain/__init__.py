"""The domain: ids, events, commands, states of entities and rules. It uses no I/O, no clock and no randomness."""
