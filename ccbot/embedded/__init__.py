"""A private Asterisk and Postgres for one machine."""
