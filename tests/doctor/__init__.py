"""What the doctor makes of what was seen: no broken machine is needed."""
