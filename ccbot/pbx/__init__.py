"""Telephony verbs that wait: what the flows speak."""
