"""Figures: the CPU and the time that Ascend takes, beside the limit of the same store in the same turns.

    make bench                                                        every figure, on SQLite and DynamoDB Local
    make bench ARGS="projecting --store sqlite --commands 100"        one figure, with fewer commands
    make bench ARGS="idle visibility --workspaces 100,1000 --json"    figures for other programs
    make bench ARGS="projecting --baseline ../old"                    the same turns with the code of another checkout

    __main__ ─▶ comparison ─▶ child (a process for each code) ─▶ a figure: prepare once, then one turn after the other

Every figure is a file. A turn measures the bare store and then Ascend. The codes alternate turn by turn, so that the load of the
machine changes all of them alike. Compare the ratios: absolute times say little on a shared machine.
"""
