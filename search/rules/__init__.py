"""Pure text analysis: what a page and a question become before any engine sees them."""
