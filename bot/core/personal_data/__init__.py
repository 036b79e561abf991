"""Personal data in words: found, told apart from what only looks like it, and masked."""
