"""The Asterisk REST Interface, one to one and typed."""
