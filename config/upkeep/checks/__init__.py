"""One module for each pair of places that must agree. Each yields what differs, in constant memory."""
