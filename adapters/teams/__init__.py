"""Microsoft Teams: activities of the Bot Framework in, calls to its connector out.

Nothing outside this folder imports botbuilder.
"""
