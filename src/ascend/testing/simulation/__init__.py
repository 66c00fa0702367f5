"""A simulation of a whole system on tables in memory, under virtual time, drawn from one seed."""
