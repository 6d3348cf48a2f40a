"""Where a file goes next, and by when: routes, tasks, movements, filings, clocks, notices."""
