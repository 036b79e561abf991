"""Numbers, amounts, times and lengths of time as people write them, in six languages. Pure functions of a text."""
