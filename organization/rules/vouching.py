"""What the claims of an identity token mean here."""

from collections.abc import Collection, Mapping

from organization.ports import Vouched

MEANINGS = ("username", "dni", "email")


def vouched_by(claims: Mapping[str, object], *, claim: str, means: str) -> Vouched:
    """Return whom the claim names, by what the operator says that it means; an address only if it was verified."""
    value = claims.get(claim)
    told = value.strip() if isinstance(value, str) else ""
    if means == "dni":
        return Vouched(id_number=told)
    if means == "email":
        return Vouched(email=told if claims.get("email_verified") is True else "")
    return Vouched(username=told)


def has_second_factor(claims: Mapping[str, object], *, trusted: Collection[str]) -> bool:
    """Return whether the person showed there a second factor of those that the operator trusts (``acr``, ``amr``)."""
    means = claims.get("amr")
    shown = [claims.get("acr"), *(means if isinstance(means, list) else [])]
    return any(isinstance(way, str) and way in trusted for way in shown)
