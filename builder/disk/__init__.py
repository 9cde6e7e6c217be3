"""The shell around files: which there are, what they hold, and writing the site whole.

May import basics and model; called by build, check and verify.
"""
