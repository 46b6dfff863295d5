"""The voice: prompts, their texts, and how they are rendered."""
