"""What customers say, what is heard in it, and who answers: the bot, or people."""
