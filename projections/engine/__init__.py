"""The engine: batches that fold, render, compare and write."""
