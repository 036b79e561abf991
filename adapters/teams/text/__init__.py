"""Text as Teams writes it, both ways: HTML and emoji in, HTML and rich text out. Pure; knows no payload around it."""
