"""The custom actions of Harbour & Pine's assistant: rasa-sdk classes over the `Shop` interface.

Modules import each other relatively, so the package works as `actions` (from the project's folder, as the
stock action server loads it) and under any longer name. Importing it opens no file and no database.
"""
