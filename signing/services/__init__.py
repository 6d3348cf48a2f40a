"""Every write of signing, and its verdicts."""

from signing.selectors import valid_visados
from signing.services.authority import ensure_authority, revoke
from signing.services.capacities import Standing, standing_of
from signing.services.confirmations import is_proof, needs_confirmation, prove, prove_by_directory
from signing.services.credentials import check_pin, ensure_credential
from signing.services.places import Named, plan_signatures, reserve_places
from signing.services.signatures import seal, sign, withdraw
from signing.services.verdicts import verdict_of_document, verdict_of_file
from signing.services.visados import give_visado, verify_visado, void_visados

__all__ = [
    "Named",
    "Standing",
    "check_pin",
    "ensure_authority",
    "ensure_credential",
    "give_visado",
    "is_proof",
    "needs_confirmation",
    "plan_signatures",
    "prove",
    "prove_by_directory",
    "reserve_places",
    "revoke",
    "seal",
    "sign",
    "standing_of",
    "valid_visados",
    "verdict_of_document",
    "verdict_of_file",
    "verify_visado",
    "void_visados",
    "withdraw",
]
