"""Runs a project's custom actions: rasa-sdk in this process, or an action server over HTTP.

The only place that imports rasa_sdk. Whatever an action does, the answer is an `ActionResult` or an
`ActionFailed`; replies are checked before anybody reads them.
"""
