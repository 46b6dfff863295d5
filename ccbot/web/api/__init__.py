"""The HTTP API, ``/api/v1``: one table of routes, each with its right, behind one door."""
