"""What is asked of Slack's Web API, one matter a file. Never retries; every failure says what is certain."""
