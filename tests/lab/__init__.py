"""The lab: the real posttls-finger(1), real mail servers, and pyfinger held against both.

README.md tells how it is used.  Nothing here is a test for pytest, nothing is
packaged, and its commands import only the standard library.
"""
