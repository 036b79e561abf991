"""What every adapter and every store keeps, whatever it talks to."""
