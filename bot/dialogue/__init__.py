"""The Rasa-style assistant, pure: domain, tracker, rules, stories, forms, slots and responses.

Architecture invariant: nothing in here reads a file, a clock or a random source, imports an SDK or
knows an event loop. A turn is a generator that asks for the results of custom actions
(`turn.Dialogue`); whoever drives it runs them. Rasa's vocabulary is used for Rasa's things.
"""
