"""The clock as pure functions: they know neither database nor framework."""
