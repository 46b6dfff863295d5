"""ccbot: a call centre (话务中心) on Asterisk and Postgres."""
