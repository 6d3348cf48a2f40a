"""Inspects one file that may be hostile: a program of its own, in a process with limits.

It reads a line of JSON (the trust list) and then the file's bytes from its standard input, and writes the finding
as JSON. It may not open a file or a socket once its input is read, nor use more memory or time than it is given.
"""

import json
import resource
import sys

from signing.adapters.pyhanko_validator import PyHankoValidator
from signing.rules.findings_json import as_json, trust_from_json

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 10
DESCRIPTORS = 8


def limit() -> None:
    """Give up memory, time, and the right to open anything but what an event loop needs."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))


def main() -> None:
    trust = trust_from_json(json.loads(sys.stdin.buffer.readline()))
    content = sys.stdin.buffer.read()
    limit()
    finding = PyHankoValidator().inspect(content, trust)
    sys.stdout.write(json.dumps(as_json(finding)))


if __name__ == "__main__":
    main()
