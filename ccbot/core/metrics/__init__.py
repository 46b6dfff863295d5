"""What a day of the centre comes to: counts, and the formulas over them.

Pure. Counts are kept, never ratios alone: a ratio is worked out from its counts when it is shown.
"""
