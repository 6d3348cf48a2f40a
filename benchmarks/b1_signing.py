"""B1: a visible signature on 1 MB, beside the least that any signer must do with that file."""

import hashlib

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_private_key

from benchmarks.registry import Measure, benchmark, compare
from benchmarks.signing_desk import SECRET, act_of_a_megabyte, issued, sign
from docs_store.ports import Place

PLACE = Place(order=1, page=1, left_mm=104, top_mm=200, width_mm=84, height_mm=28)
TIMES = 25


@benchmark("B1", "sign 1 MB, visible, B-B / copy + SHA-256 + one RSA", ratio_at_most=20)
def run() -> Measure:
    pdf = act_of_a_megabyte([PLACE])
    opened = load_der_private_key(issued().encrypted_key, SECRET.reveal())
    assert isinstance(opened, RSAPrivateKey)

    def floor() -> bytes:
        return opened.sign(hashlib.sha256(bytes(bytearray(pdf))).digest(), PKCS1v15(), SHA256())

    sign(pdf, "Firma1")
    return compare(floor, lambda: sign(pdf, "Firma1"), times=TIMES)
