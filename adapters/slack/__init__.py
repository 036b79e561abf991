"""Slack: Events API over HTTP or Socket Mode in, Web API out.

Nothing outside this folder imports slack_bolt or slack_sdk.
"""
