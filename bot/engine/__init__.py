"""Moves events to the core and effects to the platforms, and decides nothing.

Architecture invariant: nothing in here knows Redis, HTTP, a platform's SDK or YAML. What must survive is
in the store (`bot.ports.Store`); a process of the engine may be killed at any line.
"""
