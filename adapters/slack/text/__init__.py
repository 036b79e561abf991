"""Text as Slack writes it, both ways: mrkdwn and emoji in, rich text out. Pure; knows no payload around it."""
