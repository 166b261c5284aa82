"""Test edits by cases as data: read case files, run them, and say in plain sentences what is wrong.

The shipped edits and a user's own are tested by the same functions. Nothing is imported here: the pytest
plugin is loaded in every run of pytest.
"""
