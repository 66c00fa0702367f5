"""A simulation of a whole system on tables in memory, under virtual time, drawn from one seed.

plan        what happens, drawn from the seed            machine, world      what all parties share
process     a server or a worker, with crashes           client              sends commands and reads
operations  rebuild, deployment, restore                 journal             the steps, for a failure's message
expected    the naive rendering of a log                 ledger, observer, checks    what is compared with it
"""
