"""A route that could not run to its end is refused before it is published, and says at which element."""

from pathlib import Path

import pytest
from django.conf import settings
from lxml import etree

from tests.workflows.drawings import LINE, arrows, each, end, exclusive, parallel, route, service, start, task, timer
from workflows.rules.reading import read_drawing
from workflows.rules.routes import Known, check_known, check_route

DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DRAFT = task("redacta", kind="draft", drafts="resolucion", key="acto")
SIGN = {"kind": "sign", "outcomes": "signed", "about": "acto"}
NUMBER = task("numera", kind="number", outcomes="numbered", about="acto")
VISADO = task("visa", kind="visado", outcomes="endorsed", about="acto", visado="visto")


def faults(source: bytes) -> list[tuple[str, str]]:
    reading = read_drawing(source)
    assert reading.drawing is not None
    assert reading.faults == ()
    return [(fault.element, fault.sentence) for fault in check_route(reading.drawing)]


ROUTES = sorted((settings.BASE_DIR / "entities").glob("*/routes/*.bpmn"))


@pytest.mark.parametrize("path", ROUTES, ids=lambda path: f"{path.parent.parent.name}/{path.stem}")
def test_every_route_that_ships_is_sound(path: Path) -> None:
    assert faults(path.read_bytes()) == []


@pytest.mark.parametrize("path", ROUTES, ids=lambda path: f"{path.parent.parent.name}/{path.stem}")
def test_every_route_that_ships_is_drawn_whole(path: Path) -> None:
    drawing = read_drawing(path.read_bytes()).drawing
    assert drawing is not None
    shapes = etree.parse(path).getroot().iter(f"{{{DI}}}BPMNShape", f"{{{DI}}}BPMNEdge")
    drawn = {shape.get("bpmnElement") for shape in shapes}

    assert drawn >= {*drawing.elements, *(flow.id for flow in drawing.flows)}
    assert all(element.lane for element in drawing.elements.values())


def test_a_sound_route_has_no_fault() -> None:
    assert faults(LINE) == []


@pytest.mark.parametrize(
    ("parts", "element", "said"),
    [
        ([start(), task("a"), arrows("inicio a")], "a", "El camino se corta"),
        ([start(), task("a"), end(), arrows("inicio fin", "a fin")], "a", "no llega ningún camino"),
        ([start(), start("otro"), end(), arrows("inicio fin", "otro fin")], "otro", "un solo inicio"),
        ([start(), task("a"), arrows("inicio a", "a a")], "", "no tiene fin"),
        (
            [start(), task("a"), task("b"), end(), arrows("inicio a", "a b", "b a")],
            "a",
            "nunca se llega a un fin",
        ),
        ([start(), task("a"), end(), end("fin_b"), arrows("inicio a", "a fin", "a fin_b")], "a", "ponga una compuerta"),
        ([start(), task("a"), end(), arrows("inicio a", "a fin done")], "f1", "no sale de una compuerta exclusiva"),
        (
            [start(), parallel("p"), end(), arrows("inicio p", "p fin")],
            "p",
            "ni abre ramas ni las junta",
        ),
        (
            [start(), exclusive("x"), exclusive("y"), end(), arrows("inicio x", "x y", "y x", "y fin done")],
            "x",
            "sin pasar por ningún paso",
        ),
        (
            [
                start(),
                parallel("p"),
                task("a"),
                task("b"),
                parallel("j"),
                end(),
                end("fin_b"),
                arrows("inicio p", "p a", "p b", "a j", "b fin_b", "j fin"),
            ],
            "j",
            "ni abre ramas ni las junta",
        ),
        (
            [
                start(),
                parallel("p"),
                task("a"),
                task("b"),
                task("c"),
                parallel("j"),
                end(),
                end("fin_b"),
                arrows("inicio p", "p a", "p b", "p c", "a j", "b j", "c fin_b", "j fin"),
            ],
            "p",
            "júntelas todas o ninguna",
        ),
        (
            [
                start(),
                task("r"),
                parallel("p"),
                task("a", outcomes="done observed"),
                exclusive("x"),
                task("b"),
                parallel("j"),
                end(),
                arrows("inicio r", "r p", "p a", "p b", "a x", "x r observed", "x j", "b j", "j fin"),
            ],
            "r",
            "returnsTo",
        ),
        (
            [
                start(),
                task("a", outcomes="done observed"),
                exclusive("x"),
                end(),
                arrows("inicio a", "a x", "x a rejected", "x fin"),
            ],
            "x",
            "«rejected»",
        ),
        (
            [
                start(),
                task("a", outcomes="done observed"),
                exclusive("x"),
                end(),
                arrows("inicio a", "a x", "x a observed", "x fin unfavourable"),
            ],
            "x",
            "flecha por defecto",
        ),
        (
            [start(), exclusive("x"), task("a"), end(), arrows("inicio x", "x a done", "x fin", "a fin")],
            "x",
            "ningún paso decide",
        ),
        ([start(), task("a", outcomes="done observed"), end(), arrows("inicio a", "a fin")], "a", "a dónde vuelve"),
        (
            [start(), task("a", outcomes="done observed", returnsTo="b"), end(), arrows("inicio a", "a fin")],
            "a",
            "«b», que no es un paso",
        ),
        (
            [
                start(),
                parallel("p"),
                task("a"),
                task("b", outcomes="done observed", returnsTo="a"),
                parallel("j"),
                end(),
                arrows("inicio p", "p a", "p b", "a j", "b j", "j fin"),
            ],
            "b",
            "está en otra rama",
        ),
        (
            [
                start(),
                task("a", outcomes="done observed"),
                exclusive("x"),
                end(),
                end("fin_b"),
                arrows("inicio a", "a x", "x fin", "x fin_b"),
            ],
            "x",
            "más de una flecha sin decisión",
        ),
        (
            [
                start(),
                task("a", outcomes="done observed"),
                exclusive("x"),
                end(),
                end("fin_b"),
                arrows("inicio a", "a x", "x fin done", "x fin_b done"),
            ],
            "x",
            "la misma decisión",
        ),
        (
            [
                start(),
                parallel("p"),
                task("a"),
                task("b"),
                parallel("j"),
                exclusive("x"),
                end(),
                arrows("inicio p", "p a", "p b", "a j", "b j", "j x", "x a rejected", "x fin"),
            ],
            "x",
            "«rejected»",
        ),
        (
            [
                start(),
                exclusive("m"),
                task("a", outcomes="done observed"),
                exclusive("x"),
                exclusive("y"),
                task("b"),
                end(),
                arrows("inicio m", "m a", "a x", "x m observed", "x y", "y b unfavourable", "y fin", "b fin"),
            ],
            "y",
            "«unfavourable»",
        ),
        (
            [
                start(),
                task("a"),
                timer("t", "a"),
                exclusive("x"),
                task("b"),
                end(),
                arrows("inicio a", "a fin", "t x", "x b done", "x fin", "b fin"),
            ],
            "x",
            "dan: timeout",
        ),
        (
            [start(), task("a"), task("b"), parallel("j"), end(), arrows("inicio a", "a j", "b j", "j b", "j fin")],
            "j",
            "junta y abre a la vez",
        ),
        (
            [
                start(),
                task("a", outcomes="done observed"),
                exclusive("x"),
                task("b"),
                task("c"),
                parallel("j"),
                end(),
                arrows("inicio a", "a x", "x b observed", "x c", "b j", "c j", "j fin"),
            ],
            "j",
            "ninguna compuerta paralela abrió",
        ),
        (
            [
                start(),
                parallel("p"),
                task("a"),
                task("b"),
                task("c"),
                task("d"),
                parallel("j"),
                parallel("k"),
                end(),
                arrows("inicio p", "p a", "p b", "p c", "p d", "a j", "b j", "c k", "d k", "j fin", "k fin"),
            ],
            "p",
            "compuertas distintas (j, k)",
        ),
        ([start(), task("a"), end(), arrows("inicio a", "a fin", "fin a")], "fin", "Del fin fin sale"),
        ([start(), task("a"), end(), arrows("inicio a", "a fin", "a inicio")], "inicio", "solo empieza un camino"),
        (
            [start(), task("a", kind="sign", outcomes="signed"), end(), arrows("inicio a", "a fin")],
            "a",
            "agregue about",
        ),
        (
            [
                start(),
                DRAFT,
                task("v", kind="visado", outcomes="endorsed", about="acto", visado="sello"),
                end(),
                arrows("inicio redacta", "redacta v", "v fin"),
            ],
            "v",
            "qué visado pide",
        ),
        (
            [start(), task("a", kind="draft", emits="informe", drafts="acta"), end(), arrows("inicio a", "a fin")],
            "a",
            "deje uno",
        ),
        (
            [
                start(),
                DRAFT,
                NUMBER,
                task("uno", **SIGN, signerOrder="1"),
                task("dos", **SIGN, signerOrder="1"),
                end(),
                arrows("inicio redacta", "redacta numera", "numera uno", "uno dos", "dos fin"),
            ],
            "dos",
            "signerOrder se repite",
        ),
        ([start(), task("a", cancelsSiblings="true"), end(), arrows("inicio a", "a fin")], "a", "a quién cancelar"),
        ([start(), task("a", about="acto"), end(), arrows("inicio a", "a fin")], "a", "ningún paso escribe"),
        ([start(), task("a", kind="draft"), end(), arrows("inicio a", "a fin")], "a", "qué clase de documento"),
        ([start(), each("a", each='posts="x x"'), end(), arrows("inicio a", "a fin")], "a", "dos veces"),
        (
            [start(), DRAFT, task("firma", **SIGN), end(), arrows("inicio redacta", "redacta firma", "firma fin")],
            "firma",
            "sin número",
        ),
        (
            [
                start(),
                DRAFT,
                NUMBER,
                VISADO,
                end(),
                arrows("inicio redacta", "redacta numera", "numera visa", "visa fin"),
            ],
            "visa",
            "después de numerar",
        ),
        (
            [
                start(),
                DRAFT,
                NUMBER,
                task("segundo", **SIGN, signerOrder="2"),
                task("primero", **SIGN, signerOrder="1"),
                end(),
                arrows("inicio redacta", "redacta numera", "numera segundo", "segundo primero", "primero fin"),
            ],
            "segundo",
            "firmante anterior",
        ),
        (
            [
                start(),
                DRAFT,
                task("publica", kind="publish", outcomes="published", about="acto"),
                end(),
                arrows("inicio redacta", "redacta publica", "publica fin"),
            ],
            "publica",
            "sin firma",
        ),
        (
            [
                start(),
                task("a"),
                timer("t", "a", interrupting=False),
                task("b"),
                end(),
                arrows("inicio a", "a b", "b fin", "t b"),
            ],
            "b",
            "distintas ramas abiertas",
        ),
    ],
)
def test_a_fault_points_at_its_element(parts: list[str], element: str, said: str) -> None:
    found = faults(route(*parts))

    assert any(where == element and said in sentence for where, sentence in found), found


def test_what_the_entity_does_not_have_is_told() -> None:
    drawing = read_drawing(
        route(
            start(), task("a", kind="draft", emits="bula"), task("b", who='unit="luna"'), service("s", "vuela"), end()
        )
    ).drawing
    known = Known(frozenset({"otro"}), frozenset(), frozenset(), frozenset())

    assert drawing is not None
    said = " ".join(fault.sentence for fault in check_known(drawing, known))
    assert all(name in said for name in ("«jefe»", "«luna»", "«bula»", "«vuela»"))
