"""Verdicts in words: what a person who was shown a paper needs to know, and what to do."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from docs_store.enums import LegalState, Stage
from docs_store.models import Document, Version
from docs_store.selectors import document_label
from signing.enums import Status, TrustProblem
from signing.models import Signature
from signing.ports import Check, FileFinding, Report, SignatureFinding, SignerLine
from signing.rules.acceptance import Acceptance, accept
from signing.rules.wording import long_moment

ENCRYPTED = "encrypted"
UNREADABLE = "unreadable"
WHY_ENDED = {
    LegalState.ANNULLED: gettext_lazy("La entidad lo anuló con otro acto."),
    LegalState.REPEALED: gettext_lazy("Otro acto lo derogó."),
    LegalState.SUSPENDED: gettext_lazy("Sus efectos están suspendidos."),
    "": gettext_lazy("La entidad lo anuló."),
}


def of_stored(
    status: Status,
    version: Version,
    finding: FileFinding,
    acceptance: Acceptance,
    lines: tuple[SignerLine, ...],
    *,
    expected: int,
) -> Report:
    """Return the verdict on bytes that are ours, byte for byte."""
    document = version.document
    return Report(
        status=status,
        sentence=_stored_sentence(status, version, expected=expected, found=len(finding.signatures)),
        about=document_label(document),
        checks=(
            _integrity(version, acceptance),
            _signature_check(version, acceptance, lines, expected=expected),
            _force(status, document),
        ),
        advice=_advice(status),
        signatures=lines,
        detail=_detail(finding, version.sha256),
        document_id=document.pk,
        version_id=version.pk,
        sha256=version.sha256,
    )


def altered(original: Version, finding: FileFinding, sha256: str) -> Report:
    """Return the verdict on a file that comes from one of ours and is not it any more."""
    document = original.document
    found = accept(finding, expected=len(finding.signatures))
    signers = signer_lines(finding, [])
    checks = [
        Check(False, _("Cambió después de la firma"), _("Tiene contenido que quien firmó no vio, o le falta algo.")),
        _original_signature(finding, found, signers),
        Check(False, _("No coincide con el original"), _("La entidad guarda otro archivo con este número.")),
    ]
    return Report(
        status=Status.ALTERED,
        sentence=str(Status.ALTERED.label),
        about=_("Dice ser %(document)s") % {"document": document_label(document)},
        checks=tuple(checks),
        advice=_advice(Status.ALTERED, document),
        signatures=signers,
        detail=_detail(finding, sha256),
        document_id=document.pk,
        version_id=original.pk,
        sha256=sha256,
    )


def unknown(content: bytes, finding: FileFinding, sha256: str) -> Report:
    """Return what can be said of a file that is not ours and does not claim to be."""
    lines = signer_lines(finding, [])
    found = accept(finding, expected=len(lines))
    if lines and not found.is_intact:
        return Report(
            status=Status.ALTERED,
            sentence=str(Status.ALTERED.label),
            checks=(
                Check(False, _("Cambió después de la firma"), _("Tiene contenido que quien firmó no vio.")),
                Check(False, _("No es de esta entidad"), _("No coincide con ningún documento que guardemos.")),
            ),
            advice=_("No lo use. Pida el original a quien lo emitió."),
            signatures=lines,
            detail=_detail(finding, sha256),
            sha256=sha256,
        )
    return Report(
        status=Status.UNKNOWN,
        sentence=_unknown_sentence(content, finding, found),
        checks=_foreign_checks(found) if lines else (),
        advice=_("Si lo tiene en papel, escriba su código de verificación."),
        signatures=lines,
        detail=_detail(finding, sha256),
        sha256=sha256,
    )


def nothing_stored(document: Document) -> Report:
    """Return the verdict on a document that has nothing on paper yet."""
    return Report(
        status=Status.NEVER_EMITTED,
        sentence=_("Este documento todavía no fue emitido"),
        about=document_label(document),
        advice=_("No lo use: no vale mientras la entidad no lo emita."),
        document_id=document.pk,
    )


def signer_lines(finding: FileFinding, signatures: Sequence[Signature]) -> tuple[SignerLine, ...]:
    """Return who signed, in order; the post and capacity come from our own rows."""
    rows = {row.slot.field_name: row for row in signatures}
    return tuple(_line(found, rows.get(found.field_name)) for found in finding.signatures)


def _line(found: SignatureFinding, row: Signature | None) -> SignerLine:
    problem = found.certificate.trust_problem
    return SignerLine(
        person=row.person.full_name if row and row.person else _common_name(found.certificate.subject),
        post=row.post.title if row and row.post else "",
        capacity=row.capacity if row else "",
        signed_at=found.sealed_at or found.claimed_at,
        is_intact=found.is_intact and found.is_genuine,
        is_trusted=not problem,
        problem=str(TrustProblem(problem).label) if problem else "",
        has_seal_of_time=found.has_seal_of_time,
        certificate_subject=_common_name(found.certificate.subject),
        certificate_issuer=_common_name(found.certificate.issuer),
    )


def _common_name(name: str) -> str:
    """Return the CN of a name written as RFC 4514 has it."""
    parts = name.replace("\\,", "\0").split(",")
    found = next((part[3:] for part in parts if part.startswith("CN=")), name)
    return found.replace("\0", ",")


def _stored_sentence(status: Status, version: Version, *, expected: int, found: int) -> str:
    if status == Status.NEVER_EMITTED and not found:
        return _("No está firmado y nunca fue emitido")
    if status == Status.FILE_IN_FORCE and version.stage == Stage.FILE:
        return _("Su archivo es idéntico al que guarda la entidad")
    return str(status.label)


def _integrity(version: Version, acceptance: Acceptance) -> Check:
    if not acceptance.is_intact:
        return Check(False, _("Cambió después de la firma"), _("Tiene contenido que quien firmó no vio."))
    if version.stage == Stage.SIGNED:
        return Check(True, _("Está íntegro"), _("No ha cambiado desde que se firmó."))
    return Check(True, _("Está íntegro"), _("No ha cambiado desde que se guardó."))


def _signature_check(
    version: Version, acceptance: Acceptance, lines: tuple[SignerLine, ...], *, expected: int
) -> Check:
    if acceptance.missing:
        return Check(
            False,
            _("Faltan firmas"),
            _("Debe tener %(expected)d y tiene %(found)d.") % {"expected": expected, "found": len(lines)},
        )
    if acceptance.extra:
        return Check(False, _("Tiene firmas de más"), _("Alguien agregó una firma que la entidad no registró."))
    if not expected:
        return Check(None, _("No lleva firma propia"), _unsigned_sentence(version))
    title = ngettext("Tiene la firma que debe tener", "Tiene las firmas que debe tener", expected)
    words = "; ".join(_signer_sentence(line) for line in lines)
    counted = _("%(found)d de %(expected)d: %(who)s.") % {"found": len(lines), "expected": expected, "who": words}
    is_ok = True if acceptance.is_accepted else None
    return Check(is_ok if not acceptance.trust_problems else False, title, counted)


def _unsigned_sentence(version: Version) -> str:
    if version.stage == Stage.FILE:
        return _("Lo presentó otra persona o entidad; se guarda tal como llegó.")
    return _("Es un anexo: el acto al que acompaña imprime su resumen y está firmado.")


def _signer_sentence(line: SignerLine) -> str:
    who = line.capacity or line.post or line.person
    when = long_moment(timezone.localtime(line.signed_at)) if line.signed_at else _("sin fecha")
    certificate = line.problem.rstrip(".") if line.problem else _("certificado válido ese día")
    seal = _("con sello de tiempo") if line.has_seal_of_time else _("sin sello de tiempo todavía")
    return f"{who}, {when}; {certificate}, {seal}"


def _force(status: Status, document: Document) -> Check:
    if status == Status.NEVER_EMITTED:
        return Check(
            False, _("No fue emitido"), _("La entidad no llegó a emitirlo así; el documento que vale es otro.")
        )
    if status == Status.NO_LONGER_IN_FORCE:
        return Check(False, _("Ya no está en vigor"), str(WHY_ENDED.get(document.legal_state, WHY_ENDED[""])))
    if document.legal_state == LegalState.AMENDED:
        return Check(
            True, _("Sigue en vigor, con cambios"), _("Otro acto modificó parte de su texto. Consultado ahora.")
        )
    return Check(True, _("Sigue en vigor"), _("Ningún acto lo modifica ni lo deja sin efecto. Consultado ahora."))


def _advice(status: Status, document: Document | None = None) -> str:
    if status == Status.ALTERED:
        is_emitted = document is not None and document.emitted_version_id is not None
        return _("No lo use. El original está aquí.") if is_emitted else _("No lo use.")
    return {
        Status.ORIGINAL_IN_FORCE: _("Compare con su papel: si dice otra cosa, vale lo que ve aquí."),
        Status.NEVER_EMITTED: _("No lo use: no vale mientras la entidad no lo emita."),
        Status.UNDECIDED: _("Vuelva a verificar más tarde, o consulte a la entidad."),
    }.get(status, "")


def _original_signature(finding: FileFinding, found: Acceptance, lines: tuple[SignerLine, ...]) -> Check:
    if not lines:
        return Check(False, _("Faltan firmas"), _("No se encontró en el archivo ninguna firma que se pueda leer."))
    if not all(line.is_intact for line in lines):
        return Check(False, _("La firma no corresponde"), _("La firma del archivo no es de este contenido."))
    words = "; ".join(_signer_sentence(line) for line in lines)
    return Check(True, _("La firma original existe"), _("%(who)s. No cubre el cambio.") % {"who": words})


def _foreign_checks(found: Acceptance) -> tuple[Check, ...]:
    trusted = not found.trust_problems
    return (
        Check(True, _("Está íntegro"), _("No ha cambiado desde que se firmó.")),
        Check(
            trusted or None,
            _("Quién firmó"),
            _("El certificado es de una autoridad que esta entidad reconoce.")
            if trusted
            else _("Esta entidad no reconoce a la autoridad que dio el certificado."),
        ),
        Check(False, _("No es de esta entidad"), _("No coincide con ningún documento que guardemos.")),
    )


def _unknown_sentence(content: bytes, finding: FileFinding, found: Acceptance) -> str:
    if not content:
        return _("El archivo está vacío. Elija otro")
    if finding.problem == ENCRYPTED:
        return _("El archivo está cifrado y no se puede leer. Quítele la contraseña y vuelva a intentar")
    if finding.problem:
        return _("No pudimos leer este archivo como PDF")
    if finding.signatures:
        return _("Está firmado y no cambió después, pero no es un documento de esta entidad")
    return _("No conocemos este archivo: no lleva firma ni coincide con un documento de esta entidad")


def _detail(finding: FileFinding, sha256: str) -> tuple[str, ...]:
    lines = [_("SHA-256 del archivo: %(hash)s") % {"hash": sha256}]
    for found in finding.signatures:
        certificate = found.certificate
        lines += [
            _("Campo %(field)s, %(mechanism)s") % {"field": found.field_name, "mechanism": found.mechanism},
            _("Titular: %(subject)s") % {"subject": certificate.subject},
            _("Emisor: %(issuer)s") % {"issuer": certificate.issuer},
            _("Certificado: serie %(serial)s, SHA-256 %(hash)s, del %(from)s al %(to)s")
            % {
                "serial": certificate.serial,
                "hash": certificate.sha256,
                "from": f"{certificate.valid_from:%Y-%m-%d}",
                "to": f"{certificate.valid_to:%Y-%m-%d}",
            },
            _("Firmado: %(claimed)s. Sello de tiempo: %(sealed)s, %(authority)s")
            % {
                "claimed": _iso(found.claimed_at),
                "sealed": _iso(found.sealed_at),
                "authority": found.time_authority or _("ninguno"),
            },
            _("Cambios posteriores: %(changes)s; cubre el archivo: %(covers)s")
            % {"changes": found.changes, "covers": _("sí") if found.covers_file else _("no")},
        ]
    return tuple(lines)


def _iso(moment: object) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S %z}" if moment else "–"
