"""Fetches the front-end files of other projects; see ``vendor.toml``."""
