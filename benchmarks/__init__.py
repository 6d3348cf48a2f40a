"""How fast it is, as ratios: each benchmark measures its own floor in the same run. ``make bench`` prints the table."""
