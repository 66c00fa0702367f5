"""Things: what people own, in a hierarchy."""
