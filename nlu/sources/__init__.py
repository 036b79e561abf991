"""What training data is read from: YAML with its lines, other published formats, marked up and tagged texts."""
