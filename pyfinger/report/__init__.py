"""Renderers of the event stream: the log, the certificate report, their words.

A renderer is a callable that takes events, in order.  It may drop one; it never
delays or reorders them, and nothing it does changes what happens.
"""
