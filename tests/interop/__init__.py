"""The engine against real TLS servers; run by `pytest tests/interop`, not by `make test`."""
