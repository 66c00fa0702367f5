"""Ascend beside other event stores: the same work on the same DynamoDB Local, and what each store really did.

    make bench-peers                                         all of them: speed, units, correctness
    make bench-peers ARGS="castore aett --turns 2"           some of them
    make bench-peers ARGS="--json" > peers.json              a result for `python -m bench_peers.page`

    __main__ ─▶ speed, checks ─▶ process (JSON lines) ─▶ peers/…: a small script for each store, with the same verbs

Each store is installed with pinned versions into a folder of its own in the user's cache (`environments`), never into this
project's environment. One that cannot be installed or run is reported as not run, with the reason.
"""
