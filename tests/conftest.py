"""Fixtures of every room. Each run has its own data folder; nothing of the developer's is touched."""

import os
import tempfile

os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="chasqui-tests-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
