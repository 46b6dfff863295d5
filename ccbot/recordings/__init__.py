"""What becomes of recordings of talks: sealed when a call is over, kept, handed out, deleted."""
