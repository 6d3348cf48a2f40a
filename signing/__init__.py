"""Who signed, and does it stand: keys, visados, places, signatures, verdicts."""
