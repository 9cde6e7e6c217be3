"""The ground floor: values of the standard library only, known to every room above.

Nothing here reads a disk, a clock, the environment or a locale.
"""
