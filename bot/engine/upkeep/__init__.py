"""What goes on by itself: what nobody holds is freed, what was missed is asked for, what must go is forgotten."""
