"""Keeping an installation safe: verification of the whole, backup, restore, moving up."""
