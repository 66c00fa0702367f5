"""The parts of every figure: stores to prepare once, and a function that measures one turn."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

from bench.measuring import Turn
from bench.place import Place
from bench.sizes import Sizes

TakeTurn = Callable[[], Awaitable[Turn]]
Prepare = Callable[[Place, Sizes], AbstractAsyncContextManager[TakeTurn]]
"""Prepares the stores of a figure for the length of a block, and yields the function that measures one turn."""
