"""A marketplace that exists to be read: five calls, one module each way."""
