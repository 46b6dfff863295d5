"""The ARI layer: against fakes, and against a real Asterisk where there is one."""
