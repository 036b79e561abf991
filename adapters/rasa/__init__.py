"""Reads Rasa projects from disk and lets them answer: `assistant.RasaAssistant` implements `bot.ports.Assistant`.

The only place that knows Rasa's files. Deciding is `bot.dialogue`'s, understanding is `nlu`'s.
"""
