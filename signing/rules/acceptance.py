"""When a signed file is accepted. The library's own bottom line is not enough: it accepts trailing bytes,
objects without a cross-reference, and changed form values."""

from dataclasses import dataclass

from signing.ports import FileFinding, SignatureFinding

ALLOWED_CHANGES = frozenset({"NONE", "LTA_UPDATES", "FORM_FILLING"})


@dataclass(frozen=True)
class Acceptance:
    """Whether a file is what was signed, by as many as must, with certificates that were good on the day."""

    is_intact: bool
    missing: int
    extra: int
    trust_problems: tuple[str, ...]
    has_all_seals_of_time: bool

    @property
    def is_accepted(self) -> bool:
        return self.is_unaltered and not self.trust_problems and self.has_all_seals_of_time

    @property
    def is_unaltered(self) -> bool:
        """Whether the bytes are whole and bear exactly the signatures that they must."""
        return self.is_intact and not self.missing and not self.extra


def accept(finding: FileFinding, *, expected: int, is_paper_clean: bool = True) -> Acceptance:
    """Return what the findings amount to.

    :param expected: how many signatures the file must bear, from the database, never from the file.
    :param is_paper_clean: no signature's place covers text or another place.
    """
    found = finding.signatures
    return Acceptance(
        is_intact=not finding.problem and is_paper_clean and _is_intact(found),
        missing=max(expected - len(found), 0),
        extra=max(len(found) - expected, 0),
        trust_problems=tuple(s.certificate.trust_problem for s in found if s.certificate.trust_problem),
        has_all_seals_of_time=all(s.has_seal_of_time for s in found),
    )


def _is_intact(found: tuple[SignatureFinding, ...]) -> bool:
    return all(_is_sound(s, found[index + 1 :]) for index, s in enumerate(found)) and (
        not found or found[-1].covers_file
    )


def _is_sound(signature: SignatureFinding, later: tuple[SignatureFinding, ...]) -> bool:
    """Return whether one signature stands, and whatever came after it was only the later signatures."""
    is_whole = signature.is_intact and signature.is_genuine and signature.covers_revision
    is_objected = not signature.is_bottom_line and not _explains(signature)
    are_changes_signatures = set(signature.changed_fields) <= {other.field_name for other in later}
    return is_whole and not is_objected and signature.changes in ALLOWED_CHANGES and are_changes_signatures


def _explains(signature: SignatureFinding) -> bool:
    """Return whether the library objects only to a certificate, which is told as a reason of its own."""
    return bool(signature.certificate.trust_problem) or not signature.has_seal_of_time
