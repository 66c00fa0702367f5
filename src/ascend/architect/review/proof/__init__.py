"""The proof of a design: made-up entities, every question asked on the memory engine, compared with a brute-force answer."""
