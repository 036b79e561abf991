"""What is asked of every platform, and what is safe to take from one."""
