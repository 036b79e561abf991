"""What customers read, in every language that we ship."""
