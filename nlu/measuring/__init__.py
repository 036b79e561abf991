"""How well a pipeline or a model understands, what changed between two, and what is wrong with their data."""
