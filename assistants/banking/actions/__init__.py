"""The custom actions of Larkmoor Bank's assistant: rasa-sdk classes over the `Bank` interface.

Modules import each other relatively, so the package works as `actions` (from the project's folder, as the
stock action server loads it) and under any longer name. Importing it opens no file.
"""
