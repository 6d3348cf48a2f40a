"""Pure rules of signing: rectangles, passphrases, acceptance, words."""
