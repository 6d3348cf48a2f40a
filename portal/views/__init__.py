"""The citizen's pages: each translates a request into one call, and its result back."""
