"""What people type at the desk: commands, the numbers of cases, when a hold ends."""
