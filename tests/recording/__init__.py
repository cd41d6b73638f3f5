"""Tests of pyfinger.recording."""
