"""What others publish and the tests need: Microsoft's schemas, and axe. Fetched, and never kept among our files."""
