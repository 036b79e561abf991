"""What agents write and press, and what of it crosses to the customer."""
