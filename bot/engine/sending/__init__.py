"""The outbox's lanes, each from its head on: what is attempted on a platform, and what follows from how it ended."""
