"""What the law gives on a day: norms, calendars, terms, and the clock as pure functions."""
