"""Postgres and the local outbox."""
