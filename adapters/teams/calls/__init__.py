"""What is asked of the Bot Framework, one matter a file. Never retries; every failure says what is certain."""
