"""Conformance data from outside the project: `python -m tests.vectors DIRECTORY`."""
