"""The probe as packets, and the secrets that open them."""
