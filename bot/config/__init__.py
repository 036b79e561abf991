"""What `config.yaml` may say, read and checked before anything starts. Starts nothing, and knows no adapter."""

from bot.config.reading import Configuration, load

__all__ = ["Configuration", "load"]
