"""The custom actions of Fernside Practice's assistant: rasa-sdk classes over the `Practice` interface.

Modules import each other relatively, so the package works as `actions` (from the project's folder, as the stock
action server loads it) and under any longer name. Importing it opens no file and no database.
"""
