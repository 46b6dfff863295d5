"""A speech recogniser that tells what a telephone really said."""
