"""Understanding: Rasa training data in, a versioned model out; text in, a ParseResult out.

A library that knows nothing of chat. It imports neither `bot` nor `adapters`.
"""
