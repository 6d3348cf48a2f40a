"""Asks an address and ends with 0 if it answers well, else with 1: the image's health check needs no curl.

``python -m config.alive http://127.0.0.1:8000/health/live``
"""

import sys
import urllib.request

PATIENCE_SECONDS = 4


def main(arguments: list[str]) -> int:
    """Return the exit code for the address that was given."""
    try:
        with urllib.request.urlopen(arguments[0], timeout=PATIENCE_SECONDS):
            return 0
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
