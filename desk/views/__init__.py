"""The desk's pages: each translates a request into one call of a service or selector, and its result back."""
