"""What is true: ids, events, commands, the state of entities and the rules. No I/O, no clock, no randomness."""
