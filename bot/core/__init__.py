"""The pure core: what happens next, decided from values alone.

Architecture invariant: nothing in here reads a clock, draws a random number, does I/O or knows an
event loop. It imports the standard library and `nlu.types` and nothing else.
"""
