"""Code from a design for a program without event sourcing, in Python and TypeScript. It needs no part of Ascend at run time."""
