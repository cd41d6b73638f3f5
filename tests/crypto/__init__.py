"""Primitives, beside published vectors and other implementations."""
