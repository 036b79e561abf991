"""What is kept beside conversations, decoded: the books that the ports name, each on its part of the store."""
