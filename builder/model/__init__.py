"""Frozen values that the rooms hand to one another. No verbs live here, only what a value is."""
