"""The life of a case, from the hand-over to its end: who has it, when an answer is due, what its card says."""
