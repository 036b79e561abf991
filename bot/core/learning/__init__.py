"""What a case teaches, and what the bot is taught."""
