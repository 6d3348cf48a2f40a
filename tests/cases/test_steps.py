"""What the steps of a route do to documents, numbers and signatures, and what they refuse."""

from dataclasses import replace
from datetime import timedelta

import pytest

from docs_store.enums import DocumentState, NumberState
from docs_store.models import Document, Number, Version
from docs_store.selectors import open_version
from ledger.models import Entry
from organization.models import Post
from signing import services as signing
from signing.enums import Status
from signing.errors import WrongPin
from signing.models import Credential, Signature, Slot, Visado
from tests.cases.conftest import MONDAY, Town, text_of
from workflows import services as workflows
from workflows.enums import MovementKind
from workflows.errors import StepRefused, TaskAlreadyDone, TaskNotFound
from workflows.models import Movement, Observation, Process
from workflows.services import acts, engine, papers

TUESDAY = MONDAY + timedelta(days=1)


def test_the_same_decision_twice_has_one_effect(town: Town) -> None:
    process = town.opens("resolucion", "ois", "jefe-ois")
    done = town.passes(process, "informar", "jefe-ois")

    again = town.decides(done, "jefe-ois", "done")

    assert again.pk == done.pk
    assert Document.objects.count() == 1
    assert town.steps(process) == ["opinar"]


def test_a_stale_page_is_told_who_was_first(town: Town) -> None:
    process = town.opens("resolucion", "ois", "jefe-ois")
    town.passes(process, "informar", "jefe-ois")
    opinion = town.passes(process, "opinar", "jefe-oaj", "favourable")

    with pytest.raises(TaskAlreadyDone, match=town.person("jefe-oaj").full_name):
        town.decides(opinion, "jefe-oaj", "observed", observation="Falta el cuadro.")


def test_a_task_of_another_unit_does_not_exist(town: Town) -> None:
    process = town.opens("resolucion", "ois", "jefe-ois")
    task = town.task(process, "informar")

    with pytest.raises(TaskNotFound):
        town.decides(task, "jefe-oaj", "done")
    with pytest.raises(TaskNotFound):
        workflows.open_task(task_id=task.pk, by=town.person("jefe-oaj"), at=MONDAY)
    with pytest.raises(TaskNotFound):
        workflows.open_task(task_id=99_999, by=town.person("jefe-oaj"), at=MONDAY)


def test_a_wrong_pin_signs_nothing_and_takes_no_number(town: Town) -> None:
    process = town.opens("resolucion", "ois", "jefe-ois")
    task = town.task(process, "informar")
    town.writes(task, "jefe-ois")

    with pytest.raises(WrongPin):
        town.decides(task, "jefe-ois", "done", pin="000000")

    assert not Number.objects.filter(document__isnull=False).exists()
    assert town.steps(process) == ["informar"]


def test_a_pin_is_kept_nowhere(town: Town) -> None:
    process = town.opens("resolucion", "ois", "jefe-ois")

    town.passes(process, "informar", "jefe-ois")

    assert "123456" not in repr(list(Entry.objects.values()))
    assert "123456" not in repr(workflows.Decision(pin="123456"))


def test_nothing_goes_on_without_a_text(town: Town) -> None:
    process = town.opens("resolucion", "ois", "jefe-ois")

    with pytest.raises(StepRefused, match="Escríbalo"):
        town.decides(town.task(process, "informar"), "jefe-ois", "done")


def test_a_return_needs_its_reason(town: Town) -> None:
    process = town.opens("resolucion", "ois", "jefe-ois")
    town.passes(process, "informar", "jefe-ois")
    task = town.task(process, "opinar")
    town.writes(task, "jefe-oaj", outcome="observed")

    with pytest.raises(StepRefused, match="motivo"):
        town.decides(task, "jefe-oaj", "observed")


def test_an_observation_goes_back_with_a_document_of_its_own_kind(town: Town) -> None:
    process = town.opens("resolucion", "ois", "jefe-ois")
    town.passes(process, "informar", "jefe-ois")

    returned = town.passes(process, "opinar", "jefe-oaj", "observed", observation="Falta el cuadro de bienes.")

    returned.refresh_from_db()
    assert returned.document is not None
    assert returned.document.kind.slug == "informe"
    assert town.steps(process) == ["informar"]
    assert Movement.objects.latest("id").is_return
    assert Observation.objects.get().settled_at is None


def test_answering_an_observation_settles_it_with_a_new_document(town: Town) -> None:
    process = town.opens("resolucion", "ois", "jefe-ois")
    town.passes(process, "informar", "jefe-ois")
    town.passes(process, "opinar", "jefe-oaj", "observed", observation="Falta el cuadro de bienes.")

    town.passes(process, "informar", "jefe-ois")

    assert Observation.objects.get().settled_at is not None
    assert Document.objects.filter(kind__slug="informe", unit__slug="ois").count() == 2


@pytest.mark.parametrize(("step", "by"), [("informar", "jefe-ois"), ("proyectar", "secretario-general")])
def test_a_first_save_that_was_sent_twice_starts_one_document(town: Town, step: str, by: str) -> None:
    process = town.opens("resolucion", "ois", "jefe-ois")
    if step == "proyectar":
        town.passes(process, "informar", "jefe-ois")
        town.passes(process, "opinar", "jefe-oaj", "favourable")
    first, second = town.task(process, step), town.task(process, step)
    asked = engine.step_of(first)

    started = [papers.own_document(task, asked, by=town.person(by), at=MONDAY) for task in (first, second)]

    assert started[0] == started[1]
    assert process.process_documents.filter(document=started[0]).count() == 1


def test_a_call_repeated_after_a_crash_goes_on_from_the_signed_document(town: Town) -> None:
    process = town.opens("resolucion", "ois", "jefe-ois")
    task = town.task(process, "informar")
    town.writes(task, "jefe-ois")
    task.refresh_from_db()
    post = task.post
    assert task.document is not None and post is not None
    acts.emit_alone(document=task.document, post=post, pin="123456", by=town.person("jefe-ois"), at=MONDAY)

    town.decides(task, "jefe-ois", "done")

    assert Signature.objects.count() == 1
    assert Number.objects.filter(document__isnull=False).count() == 1
    assert town.steps(process) == ["opinar"]


def _until_visado(town: Town) -> Process:
    process = town.opens("resolucion", "ois", "jefe-ois")
    town.passes(process, "informar", "jefe-ois")
    town.passes(process, "opinar", "jefe-oaj", "favourable")
    town.passes(process, "proyectar", "secretario-general")
    return process


def test_an_edit_voids_the_visado_that_no_longer_fits(town: Town) -> None:
    process = _until_visado(town)
    act = town.act(process)
    town.decides(town.task(process, "visar"), "jefe-oaj", "endorsed")
    assert len(signing.valid_visados(act)) == 1
    text = text_of(town.task(process, "numerar"))

    papers.save_text(act, replace(text, closing="Regístrese."), by=town.person("secretario-general"), at=MONDAY)

    assert signing.valid_visados(act) == []
    assert Visado.objects.get().void_reason


def test_an_act_signed_on_another_day_is_typeset_anew_under_its_number(town: Town) -> None:
    process = _until_visado(town)
    town.decides(town.task(process, "visar"), "jefe-oaj", "endorsed")
    town.decides(town.task(process, "numerar"), "secretario-general", "numbered", at=MONDAY)
    label = town.act(process).numbers.get().label

    town.decides(town.task(process, "firmar"), "alcalde", "signed", at=TUESDAY)

    act = town.act(process)
    assert (act.state, act.label) == (DocumentState.EMITTED, label)
    assert act.versions.filter(stage="typeset").count() == 2
    assert len(signing.valid_visados(act)) == 1
    assert act.emitted_version is not None
    assert "17 de noviembre de 2026" in " ".join(row.text for row in act.emitted_version.page_texts.all())


def test_a_paper_that_another_call_typeset_anew_meanwhile_is_signed_in_its_newest_form(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = _until_visado(town)
    town.decides(town.task(process, "visar"), "jefe-oaj", "endorsed")
    town.decides(town.task(process, "numerar"), "secretario-general", "numbered")
    to_sign = acts._bytes_to_sign
    meanwhile: list[Version] = []

    def overtaken(slot: Slot) -> Version:
        """Between a call's look at its place and its signature, the same form sent twice typesets once more."""
        found = to_sign(slot)
        if not meanwhile:
            act, mayor = town.act(process), town.person("alcalde")
            signers = acts.signers_of(act, [Post.objects.get(slug="alcalde")], MONDAY)
            meanwhile.append(acts._typeset(act, signers, by=mayor, at=MONDAY))
        return found

    monkeypatch.setattr(acts, "_bytes_to_sign", overtaken)
    town.decides(town.task(process, "firmar"), "alcalde", "signed")

    assert town.act(process).state == DocumentState.EMITTED
    assert Signature.objects.get(document=town.act(process), withdrawn_at=None).slot.version == meanwhile[0]


def test_an_act_that_its_signer_returns_keeps_its_number(town: Town) -> None:
    process = _until_visado(town)
    town.decides(town.task(process, "visar"), "jefe-oaj", "endorsed")
    town.decides(town.task(process, "numerar"), "secretario-general", "numbered")

    town.decides(
        town.task(process, "firmar"), "alcalde", "observed", observation="Precise el artículo.", return_to="proyectar"
    )

    act = town.act(process)
    number = act.numbers.get()
    assert (act.state, number.state) == (DocumentState.OBSERVED, NumberState.RESERVED)
    assert town.steps(process) == ["proyectar"]


def test_one_of_a_batch_that_fails_stops_none_of_the_others(town: Town) -> None:
    tasks = []
    for _each in range(2):
        process = _until_visado(town)
        town.decides(town.task(process, "visar"), "jefe-oaj", "endorsed")
        town.decides(town.task(process, "numerar"), "secretario-general", "numbered")
        tasks.append(town.task(process, "firmar"))
    foreign = town.task(town.opens("resolucion", "ois", "jefe-ois"), "informar")

    results = workflows.sign_many(
        task_ids=[tasks[0].pk, foreign.pk, tasks[1].pk], pin="123456", by=town.person("alcalde"), at=MONDAY
    )

    assert [result.is_signed for result in results] == [True, False, True]
    assert results[1].sentence


def test_a_wrong_pin_over_a_batch_counts_once(town: Town) -> None:
    task = town.task(town.opens("resolucion", "ois", "jefe-ois"), "informar")

    results = workflows.sign_many(task_ids=[task.pk] * 6, pin="000000", by=town.person("alcalde"), at=MONDAY)

    assert not any(result.is_signed for result in results)
    assert Credential.objects.get(person=town.person("alcalde")).wrong_pins == 1


def test_a_file_derived_aside_comes_back_to_the_step_that_sent_it(town: Town) -> None:
    process = town.opens("resolucion", "ois", "jefe-ois")
    task = town.task(process, "informar")

    workflows.derive(
        task_id=task.pk,
        units=("opp",),
        copies=("gm",),
        proveido="Confirme si hay presupuesto.",
        by=town.person("jefe-ois"),
        at=MONDAY,
    )
    aside = engine.open_tasks(process).get()
    assert aside.unit is not None
    assert aside.unit.slug == "opp"
    town.decides(aside, "jefe-opp", "done", proveido="Sí hay.")

    assert town.steps(process) == ["informar"]
    assert Movement.objects.filter(kind=MovementKind.COPY, to_unit__slug="gm").count() == 1


def test_a_derivation_sent_twice_copies_once(town: Town) -> None:
    process = town.opens("resolucion", "ois", "jefe-ois")
    task = town.task(process, "informar")

    for _again in range(2):
        workflows.derive(
            task_id=task.pk, units=("opp",), copies=("gm",), proveido="Confirme.", by=town.person("jefe-ois"), at=MONDAY
        )

    assert Movement.objects.filter(kind=MovementKind.COPY).count() == 1


def test_a_derivation_to_nobody_is_refused(town: Town) -> None:
    task = town.task(town.opens("resolucion", "ois", "jefe-ois"), "informar")

    with pytest.raises(StepRefused, match="unidad"):
        workflows.derive(task_id=task.pk, units=("marte",), proveido="", by=town.person("jefe-ois"), at=MONDAY)


def test_the_number_is_of_the_signers_unit_whoever_drafts(town: Town) -> None:
    process = _until_visado(town)

    unit = town.act(process).unit
    assert unit is not None
    assert unit.slug == "alcaldia"


def _two_signers(town: Town) -> Process:
    process = town.opens("plan", "gi", "gerente-gi")
    town.passes(process, "informe_gi", "gerente-gi")
    town.passes(process, "proyectar", "secretario-general")
    town.passes(process, "numerar", "secretario-general", "numbered")
    return process


@pytest.fixture
def port(settings: object, db: None) -> Town:
    settings.DEMO = True  # type: ignore[attr-defined]
    return Town("callao-2011")


def test_a_signer_may_withdraw_until_the_next_one_signs(port: Town) -> None:
    process = _two_signers(port)
    port.passes(process, "firmar_sg", "secretario-general", "signed")

    workflows.withdraw_signature(
        signature=Signature.objects.get(document=port.act(process)), by=port.person("secretario-general"), at=MONDAY
    )

    assert port.steps(process) == ["firmar_sg"]
    port.passes(process, "firmar_sg", "secretario-general", "signed")
    port.passes(process, "firmar_alcalde", "alcalde", "signed")
    assert port.act(process).state == DocumentState.EMITTED
    assert signing.verdict_of_document(document=port.act(process)).status == Status.ORIGINAL_IN_FORCE


def test_bytes_returned_after_a_first_signature_were_never_emitted(port: Town) -> None:
    process = _two_signers(port)
    port.passes(process, "firmar_sg", "secretario-general", "signed")
    first = Signature.objects.get(document=port.act(process)).after
    port.decides(
        port.task(process, "firmar_alcalde"), "alcalde", "observed", observation="Falta un artículo.",
        return_to="proyectar",
    )  # fmt: skip
    port.writes(
        port.task(process, "proyectar"),
        "secretario-general",
        replace(text_of(port.task(process, "proyectar")), closing="Regístrese y comuníquese."),
    )
    port.decides(port.task(process, "proyectar"), "secretario-general", "done")
    port.passes(process, "numerar", "secretario-general", "numbered")
    port.passes(process, "firmar_sg", "secretario-general", "signed")
    port.passes(process, "firmar_alcalde", "alcalde", "signed")

    act = port.act(process)
    assert act.numbers.count() == 1
    with open_version(first) as returned:
        assert signing.verdict_of_file(returned.read()).status == Status.NEVER_EMITTED
    assert signing.verdict_of_document(document=act).status == Status.ORIGINAL_IN_FORCE


def test_the_second_signer_cannot_sign_first(port: Town) -> None:
    process = _two_signers(port)
    alcalde = Post.objects.get(slug="alcalde")

    with pytest.raises(StepRefused, match="Antes debe firmar"):
        acts.sign_next(document=port.act(process), post=alcalde, pin="123456", by=port.person("alcalde"), at=MONDAY)


@pytest.fixture
def region(settings: object, db: None) -> Town:
    settings.DEMO = True  # type: ignore[attr-defined]
    return Town("cajamarca-2011")


def test_a_round_ends_first_and_only_a_visado_that_no_longer_fits_is_asked_again(region: Town) -> None:
    process = region.opens("plan", "cis", "director-cis")
    region.passes(process, "oficio_cis", "director-cis")
    region.passes(process, "proyectar", "secretario-general")
    region.decides(region.task(process, "visto", "gerente-grppat"), "gerente-grppat", "endorsed")
    region.decides(
        region.task(process, "visto", "director-draj"), "director-draj", "observed", observation="Cite la norma."
    )
    assert region.steps(process) == ["conformidad"]
    region.decides(region.task(process, "conformidad"), "gerente-general-regional", "endorsed")
    assert region.steps(process) == ["proyectar"]

    region.decides(region.task(process, "proyectar"), "secretario-general", "done")

    waiting = engine.open_tasks(process).filter(step="visto")
    assert [task.post.slug for task in waiting if task.post] == ["director-draj"]
