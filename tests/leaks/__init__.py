"""Whether anything reaches a customer that must not: random desks, judged by a model of its own. `make leaks`."""
