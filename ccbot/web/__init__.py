"""HTTP: health, metrics, the API."""
