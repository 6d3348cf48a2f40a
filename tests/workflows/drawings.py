"""Small routes for tests, as BPMN text."""

from xml.sax.saxutils import quoteattr

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:chasqui="urn:chasqui:bpmn:1" id="d" targetNamespace="urn:t">'
    '<bpmn:process id="p" name="Prueba" isExecutable="true">'
)
TAIL = "</bpmn:process></bpmn:definitions>"


def start(identity: str = "inicio") -> str:
    return f'<bpmn:startEvent id="{identity}"/>'


def end(identity: str = "fin") -> str:
    return f'<bpmn:endEvent id="{identity}"/>'


def task(identity: str, *, who: str = 'post="jefe"', kind: str = "task", outcomes: str = "done", **said: str) -> str:
    return _task(identity, (f"<chasqui:who {who}/>", ""), kind, outcomes, said)


def each(
    identity: str, *, each: str, sequential: bool = False, kind: str = "task", outcomes: str = "done", **said: str
) -> str:
    loop = f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}"/>'
    return _task(identity, (f"<chasqui:each {each}/>", loop), kind, outcomes, said)


def _task(identity: str, inside: tuple[str, str], kind: str, outcomes: str, said: dict[str, str]) -> str:
    who, loop = inside
    more = "".join(f" {name}={quoteattr(value)}" for name, value in said.items())
    return (
        f'<bpmn:userTask id="{identity}" name="Paso {identity}"><bpmn:extensionElements>'
        f'<chasqui:step kind="{kind}" outcomes="{outcomes}"{more}/>{who}</bpmn:extensionElements>{loop}</bpmn:userTask>'
    )


def service(identity: str, call: str) -> str:
    said = f'<bpmn:extensionElements><chasqui:service call="{call}"/></bpmn:extensionElements>'
    return f'<bpmn:serviceTask id="{identity}">{said}</bpmn:serviceTask>'


def exclusive(identity: str) -> str:
    return f'<bpmn:exclusiveGateway id="{identity}"/>'


def parallel(identity: str) -> str:
    return f'<bpmn:parallelGateway id="{identity}"/>'


def timer(identity: str, host: str, duration: str = "P3D", *, interrupting: bool = True) -> str:
    return (
        f'<bpmn:boundaryEvent id="{identity}" attachedToRef="{host}" cancelActivity="{str(interrupting).lower()}">'
        f"<bpmn:timerEventDefinition><bpmn:timeDuration>{duration}</bpmn:timeDuration></bpmn:timerEventDefinition>"
        "</bpmn:boundaryEvent>"
    )


def arrows(*pairs: str) -> str:
    """Draw arrows: ``"a b"``, or ``"a b observed"`` with an outcome."""
    return "".join(_arrow(number, *pair.split()) for number, pair in enumerate(pairs))


def _arrow(number: int, source: str, target: str, outcome: str = "") -> str:
    condition = f"<bpmn:conditionExpression>{outcome}</bpmn:conditionExpression>" if outcome else ""
    return (
        f'<bpmn:sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}">{condition}</bpmn:sequenceFlow>'
    )


def route(*parts: str) -> bytes:
    return "\n".join([HEAD, *parts, TAIL]).encode()


LINE = route(
    start(),
    task("uno"),
    task("dos", outcomes="done observed"),
    exclusive("xor"),
    end(),
    arrows("inicio uno", "uno dos", "dos xor", "xor uno observed", "xor fin"),
)
"""One step after another, and back when it is observed."""


SPLIT = route(
    start(),
    task("a"),
    parallel("abre"),
    task("b", who='post="ana"'),
    task("c", who='post="luis"'),
    parallel("junta"),
    task("d"),
    end(),
    arrows("inicio a", "a abre", "abre b", "abre c", "b junta", "c junta", "junta d", "d fin"),
)
ROUND = route(
    start(),
    task("redacta", kind="draft", drafts="resolucion", key="acto"),
    each("visa", each='posts="ana luis rosa"', outcomes="done observed"),
    exclusive("bien"),
    task("firma", outcomes="done observed", returnsTo="redacta"),
    end(),
    arrows("inicio redacta", "redacta visa", "visa bien", "bien redacta observed", "bien firma", "firma fin"),
)
