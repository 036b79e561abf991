"""Microsoft's own schemas, fetched for the tests and never kept among our files."""
