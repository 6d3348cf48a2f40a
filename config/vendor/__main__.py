"""``python -m config.vendor``: writes ``config/static/vendor`` anew from the npm registry, hashes checked."""

import base64
import hashlib
import io
import os
import re
import shutil
import sys
import tarfile
import tomllib
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.vendor.purge import purged

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent / "static" / "vendor"
REGISTRY = os.environ.get("NPM_REGISTRY", "https://registry.npmjs.org")
SYMBOL_PARTS = re.compile(r'<svg[^>]*viewBox="([^"]+)"[^>]*>(.*)</svg>', re.DOTALL)


class VendorError(Exception):
    """A package is not what ``vendor.toml`` says; nothing of it was written."""


def main() -> int:
    wanted = tomllib.loads((HERE / "vendor.toml").read_text())
    try:
        for name, spec in wanted.items():
            write_package(TARGET / name, name, spec)
    except (VendorError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def write_package(folder: Path, name: str, spec: Mapping[str, Any]) -> None:
    """Fetch one package and write the files that are wanted of it in place of what was there."""
    files = fetch(spec.get("package", name), spec["version"], spec["sha512"])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for source, target in spec["files"].items():
        (folder / target).write_bytes(_lean(target, files[source]))
    if "purge" in spec:
        (folder / "bootstrap.css").write_text(purged(files[spec["purge"]].decode(), frozenset(spec["classes"])))
    if "icons" in spec:
        (folder / "icons.svg").write_text(sprite(files, spec["icons"]))


def fetch(package: str, version: str, sha512: str) -> dict[str, bytes]:
    """Return the package's files by their path.

    :raises VendorError: what came is not what the hash stands for.
    """
    address = f"{REGISTRY}/{package}/-/{package.rsplit('/', maxsplit=1)[-1]}-{version}.tgz"
    with urllib.request.urlopen(address, timeout=60) as answer:
        content = answer.read()
    if base64.b64encode(hashlib.sha512(content).digest()).decode() != sha512:
        raise VendorError(f"{package} {version} does not match its hash in vendor.toml")
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        return {
            member.name.partition("/")[2]: part.read()
            for member in archive
            if member.isfile() and (part := archive.extractfile(member)) is not None
        }


def _lean(name: str, content: bytes) -> bytes:
    """Drop the pointer to a source map that is not kept: the static files' storage would look for it."""
    if not name.endswith((".js", ".css")):
        return content
    return re.sub(rb"\n?/[/*][#@] sourceMappingURL=[^\n]*", b"", content)


def sprite(files: Mapping[str, bytes], icons: list[str]) -> str:
    """Return one SVG file with a symbol for each icon."""
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(_symbol(files, icon) for icon in icons) + "</svg>\n"


def _symbol(files: Mapping[str, bytes], icon: str) -> str:
    parts = SYMBOL_PARTS.search(files[f"icons/{icon}.svg"].decode())
    if parts is None:
        raise VendorError(f"bootstrap-icons has no drawing for {icon}")
    inside = re.sub(r"\s*\n\s*", "", parts[2])
    return f'<symbol id="{icon}" viewBox="{parts[1]}">{inside}</symbol>'


if __name__ == "__main__":
    sys.exit(main())
