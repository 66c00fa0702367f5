"""Read models: what they are, the engine that keeps them true, and the queries that read them."""
