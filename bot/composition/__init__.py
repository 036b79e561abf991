"""What `bot.app` puts together, one matter a file. Nothing in here starts anything or reads the clock."""
