"""The custom actions of this assistant: every class in this package that is an Action."""
