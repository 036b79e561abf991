"""The laboratory: real processes that are killed, a real store that is killed, a Slack that misbehaves.

What counts is what a person would see on the platform at the end, never our own state.
`python -m tests.faults` runs the whole, `test_short` a short version of it.
"""
