"""What commonly goes wrong around a centre: looked at in one place, judged in another."""
