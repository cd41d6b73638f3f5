"""DANE: which TLSA records to trust, what they demand, and what they match."""
