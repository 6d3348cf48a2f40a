"""A BPMN file is read safely, or refused with a sentence."""

import pytest

from tests.workflows.drawings import HEAD, LINE, TAIL, arrows, each, end, exclusive, route, start, task, timer
from workflows.rules.reading import MAX_BYTES, read_drawing

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]>
<b>&c;</b>"""
XXE = b"""<?xml version="1.0"?>
<!DOCTYPE b [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<b>&x;</b>"""


def sentence(source: bytes) -> str:
    reading = read_drawing(source)
    return " ".join(fault.sentence for fault in reading.faults)


def test_a_route_is_read() -> None:
    reading = read_drawing(LINE)

    assert reading.faults == ()
    assert reading.drawing is not None
    assert list(reading.drawing.steps) == ["uno", "dos"]
    assert reading.drawing.choices("dos") == ({"observed": "uno"}, "fin")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (BOMB, "DOCTYPE"),
        (XXE, "DOCTYPE"),
        (b"<a>" * 100_000 + b"</a>" * 100_000, "no es XML bien formado"),
        (b"<a>" + b"x" * MAX_BYTES + b"</a>", "pasa de 2 MB"),
        (b"", "no es XML bien formado"),
        (b"no soy xml", "no es XML bien formado"),
        ("<a>ñ</a>".encode("latin-1"), "UTF-8"),
        (b"<a/>", "no es BPMN 2.0"),
        ((HEAD.replace('id="p"', 'id="p1"').split("<bpmn:process")[0] + "</bpmn:definitions>").encode(), "un solo pro"),
    ],
    ids=["bomb", "xxe", "deep", "huge", "empty", "text", "latin-1", "other xml", "no process"],
)
def test_what_is_no_route_is_refused(source: bytes, said: str) -> None:
    reading = read_drawing(source)

    assert reading.drawing is None
    assert said in reading.faults[0].sentence


def test_an_entity_is_never_expanded() -> None:
    assert "root:" not in sentence(XXE)


@pytest.mark.parametrize(
    ("element", "instead"),
    [
        ('<bpmn:scriptTask id="x" name="Calcular"/>', "tarea de servicio"),
        ('<bpmn:inclusiveGateway id="x" name="Calcular"/>', "compuerta paralela"),
        ('<bpmn:subProcess id="x" name="Calcular"/>', "en esta misma ruta"),
        ('<bpmn:choreographyTask id="x" name="Calcular"/>', "tarea de usuario"),
        (
            '<bpmn:endEvent id="x" name="Calcular"><bpmn:terminateEventDefinition/></bpmn:endEvent>',
            "use un fin simple",
        ),
        (
            '<bpmn:boundaryEvent id="x" name="Calcular" attachedToRef="uno"><bpmn:errorEventDefinition/>'
            "</bpmn:boundaryEvent>",
            "use un fin simple",
        ),
    ],
)
def test_an_element_that_does_not_run_is_refused_by_id_and_name(element: str, instead: str) -> None:
    said = sentence(route(start(), task("uno"), element, end(), arrows("inicio uno", "uno fin")))

    assert "x «Calcular» no se ejecuta" in said
    assert instead in said


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ('<bpmn:userTask id="x" name="Equis"/>', "falta chasqui:step"),
        (task("x", kind="pensar"), "«pensar», que no existe"),
        (task("x", who=""), "quién lo hace"),
        (task("x", who='post="a" unit="b"'), "de una sola manera"),
        (task("x", term="cinco"), "term=«cinco»"),
        (task("x", color="rojo"), "«color», que no conocemos"),
        (each("x", each=""), "falta chasqui:each"),
        (task("a.b"), "El id «a.b» no sirve"),
        ('<bpmn:sequenceFlow id="uno" sourceRef="uno" targetRef="fin"/>', "El id uno se repite"),
        (task("uno"), "El id uno se repite"),
        (timer("x", "nadie"), "no está en el borde"),
        (timer("x", "uno", "PT5H"), "cuántos días hábiles"),
        ('<bpmn:sequenceFlow id="f" sourceRef="uno" targetRef="nada"/>', "«nada», que no existe"),
        ('<bpmn:serviceTask id="x"/>', "chasqui:service"),
        (
            '<bpmn:laneSet id="l"><bpmn:lane id="c"><bpmn:flowNodeRef>nada</bpmn:flowNodeRef></bpmn:lane>'
            "</bpmn:laneSet>",
            "El carril c nombra",
        ),
    ],
)
def test_what_is_said_wrong_is_told_where(part: str, said: str) -> None:
    reading = read_drawing(route(start(), task("uno"), part, end(), arrows("inicio uno", "uno fin")))

    assert said in " ".join(fault.sentence for fault in reading.faults)
    assert all(fault.line > 1 for fault in reading.faults)


@pytest.mark.parametrize(("written", "days"), [("P5D", 5), ("P1W", 5), ("P1W2D", 7)])
def test_a_timers_days_are_business_days(written: str, days: int) -> None:
    reading = read_drawing(route(start(), task("uno"), timer("t", "uno", written), end()))

    assert reading.drawing is not None
    assert reading.drawing.elements["t"].days == days


def test_a_line_number_points_at_the_element() -> None:
    reading = read_drawing("\n".join([HEAD, "", "", '<bpmn:scriptTask id="x"/>', TAIL]).encode())

    assert [(fault.line, fault.element) for fault in reading.faults] == [(4, "x")]


def test_a_timer_may_say_its_days_in_our_own_words() -> None:
    said = '<bpmn:extensionElements><chasqui:timer days="4"/></bpmn:extensionElements>'
    drawn = timer("t", "uno", "").replace("<bpmn:timerEventDefinition>", said + "<bpmn:timerEventDefinition>", 1)

    reading = read_drawing(route(start(), task("uno"), drawn, end()))

    assert reading.faults == ()
    assert reading.drawing is not None
    assert reading.drawing.elements["t"].days == 4


def test_a_decision_that_a_further_gateway_does_not_know_leads_nowhere() -> None:
    drawing = read_drawing(
        route(
            start(),
            task("a"),
            exclusive("x"),
            exclusive("y"),
            task("b"),
            end(),
            arrows("inicio a", "a x", "x y observed", "x fin", "y b favourable", "b fin"),
        )
    ).drawing

    assert drawing is not None
    assert drawing.choices("a") == ({}, "fin")
