"""Local platforms of the tests' own, and what they share: faults by a seed, and being told things from outside."""
