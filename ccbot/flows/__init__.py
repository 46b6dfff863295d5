"""What a caller goes through, step by step."""
