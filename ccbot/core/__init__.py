"""Pure rules: no clock, no ids, no I/O."""
