"""Going on after a restart, a lost socket or a dead Asterisk: nothing is replayed, all is found."""
