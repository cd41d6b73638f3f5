"""Renderers of the event stream: text, and later JSON and captures."""
