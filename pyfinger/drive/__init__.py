"""Drivers: they carry out the requests of `pyfinger.steps` with sockets and a clock."""
