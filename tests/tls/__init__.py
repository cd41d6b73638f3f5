"""Tests of pyfinger.tls."""
