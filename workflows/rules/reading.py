"""Reads a BPMN file: safely, completely, and refusing by name what we do not run."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from lxml import etree

from workflows.enums import StepKind
from workflows.ports import RouteFault, Step, Who
from workflows.rules.drawing import Drawing, Element, Flow

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CHASQUI = "urn:chasqui:bpmn:1"
MAX_BYTES = 2_000_000
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
LONGEST_ID = 80
DAYS = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?\Z")
DAYS_IN_A_WEEK = 5

INSTEAD = {
    "task": "use una tarea de usuario (userTask)",
    "manualTask": "use una tarea de usuario (userTask)",
    "sendTask": "use una tarea de usuario de clase notify",
    "receiveTask": "use una tarea de usuario que espere el documento",
    "scriptTask": "use una tarea de servicio (serviceTask) con chasqui:service",
    "businessRuleTask": "use una tarea de servicio (serviceTask) con chasqui:service",
    "subProcess": "dibuje sus pasos en esta misma ruta",
    "transaction": "dibuje sus pasos en esta misma ruta",
    "adHocSubProcess": "quítelo: todo paso permite derivar a otra unidad",
    "callActivity": "dibuje sus pasos en esta misma ruta",
    "inclusiveGateway": "use una compuerta paralela, o una exclusiva",
    "complexGateway": "use una compuerta paralela, o una exclusiva",
    "eventBasedGateway": "use una tarea de usuario con un temporizador en su borde",
    "intermediateCatchEvent": "use un temporizador en el borde de un paso",
    "intermediateThrowEvent": "quítelo, o use una tarea de servicio",
    "dataObject": "quítelo: los documentos se nombran con key y about en el paso",
    "dataObjectReference": "quítelo: los documentos se nombran con key y about en el paso",
    "dataStoreReference": "quítelo: los documentos se nombran con key y about en el paso",
    "standardLoopCharacteristics": "use una compuerta exclusiva que vuelva al paso",
    "loopCardinality": "diga la lista con chasqui:each",
    "completionCondition": "quítela: la vuelta termina cuando todos respondieron",
    "loopDataInputRef": "diga la lista con chasqui:each",
    "timerEventDefinition": "use un temporizador en el borde de un paso",
    "messageEventDefinition": "use un evento sin símbolo",
    "signalEventDefinition": "use un evento sin símbolo",
    "conditionalEventDefinition": "use un evento sin símbolo",
    "terminateEventDefinition": "use un fin simple; para cortar a los demás, cancelsSiblings en el paso",
    "errorEventDefinition": "use un fin simple",
    "escalationEventDefinition": "use un temporizador que no interrumpe",
    "compensateEventDefinition": "use un fin simple",
    "linkEventDefinition": "dibuje la flecha completa",
}
SILENT = {
    "laneSet",
    "documentation",
    "extensionElements",
    "textAnnotation",
    "association",
    "group",
    "incoming",
    "outgoing",
    "sequenceFlow",
    "ioSpecification",
    "property",
}
STEP_ATTRIBUTES = {
    "kind",
    "verb",
    "term",
    "emits",
    "emitsOnObserved",
    "drafts",
    "key",
    "about",
    "visado",
    "signerOrder",
    "outcomes",
    "returnsTo",
    "cancelsSiblings",
    "perDeliverable",
}


@dataclass(frozen=True)
class Reading:
    """What a file gave: a drawing when it could be read at all, and every fault found on the way."""

    drawing: Drawing | None
    faults: tuple[RouteFault, ...]


def read_drawing(source: bytes) -> Reading:
    """Read a BPMN file. Nothing outside the file is opened, and no entity is expanded."""
    root, fault = _parse(source)
    if root is None:
        return Reading(None, (fault,) if fault else ())
    processes = root.findall(_in_bpmn("process"))
    if len(processes) != 1:
        return Reading(None, (RouteFault(1, "", "El archivo debe traer un solo proceso; deje una ruta por archivo."),))
    reader = _Reader()
    drawing = reader.read(processes[0])
    return Reading(drawing, tuple(sorted(reader.faults, key=lambda fault: fault.line)))


def _parse(source: bytes) -> tuple[etree._Element | None, RouteFault | None]:
    if len(source) > MAX_BYTES:
        return None, RouteFault(1, "", "El archivo pasa de 2 MB; una ruta ocupa mucho menos. Revise qué contiene.")
    try:
        source.decode()
    except UnicodeDecodeError:
        return None, RouteFault(1, "", "El archivo no está en UTF-8; guárdelo con esa codificación.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(source, parser)
    except etree.XMLSyntaxError as error:
        return None, RouteFault(error.lineno or 1, "", f"El archivo no es XML bien formado: {error.msg}.")
    if root.getroottree().docinfo.internalDTD is not None:
        return None, RouteFault(1, "", "El archivo trae una declaración DOCTYPE; quítela.")
    if root.tag != _in_bpmn("definitions"):
        return None, RouteFault(1, "", "El archivo no es BPMN 2.0: debe empezar con bpmn:definitions.")
    return root, None


def _in_bpmn(tag: str) -> str:
    return f"{{{BPMN}}}{tag}"


def _in_chasqui(tag: str) -> str:
    return f"{{{CHASQUI}}}{tag}"


def _line(node: etree._Element) -> int:
    return node.sourceline if isinstance(node.sourceline, int) else 1


def _local(node: etree._Element) -> str:
    return etree.QName(node).localname


@dataclass
class _Reader:
    """Walks one process and gathers elements, arrows and faults."""

    faults: list[RouteFault] = field(default_factory=list)
    elements: dict[str, Element] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def read(self, process: etree._Element) -> Drawing:
        for node in process.iterchildren(tag=etree.Element):
            tag = _local(node)
            if etree.QName(node).namespace != BPMN or tag in SILENT:
                continue
            read = READERS.get(tag)
            if read is None:
                self.refuse(node)
            elif self.has_good_id(node):
                self.elements[node.get("id", "")] = read(self, node)
        for node in process.iterchildren(_in_bpmn("sequenceFlow")):
            self.read_flow(node)
        self.read_lanes(process)
        self.check_borders()
        return Drawing(process.get("name", "") or process.get("id", ""), self.elements, tuple(self.flows))

    def fault(self, node: etree._Element, sentence: str) -> None:
        self.faults.append(RouteFault(_line(node), node.get("id", ""), sentence))

    def refuse(self, node: etree._Element, inside: etree._Element | None = None) -> None:
        """Refuse an element that we do not run: by its id and name, saying what to use."""
        tag = _local(node)
        shape = node if inside is None else inside
        name = f" «{shape.get('name')}»" if shape.get("name") else ""
        instead = INSTEAD.get(tag, "quítelo o cámbielo por una tarea de usuario o de servicio")
        identity = shape.get("id") or "sin id"
        sentence = f"El elemento {tag} {identity}{name} no se ejecuta: {instead}."
        self.faults.append(RouteFault(_line(node), shape.get("id", ""), sentence))

    def has_good_id(self, node: etree._Element) -> bool:
        identity = node.get("id", "")
        if not NAME.match(identity) or len(identity) > LONGEST_ID:
            self.fault(node, f"El id «{identity}» no sirve: use letras sin tilde, números, guion y _, 80 como máximo.")
            return False
        if identity in self.seen:
            self.fault(node, f"El id {identity} se repite; cada elemento lleva el suyo.")
            return False
        self.seen.add(identity)
        return True

    # Arrows and lanes

    def read_flow(self, node: etree._Element) -> None:
        if not self.has_good_id(node):
            return
        source, target = node.get("sourceRef", ""), node.get("targetRef", "")
        for end in (source, target):
            if end not in self.elements:
                self.fault(node, f"La flecha {node.get('id')} apunta a «{end}», que no existe; vuelva a unirla.")
                return
        condition = (node.findtext(_in_bpmn("conditionExpression")) or "").strip()
        self.flows.append(Flow(node.get("id", ""), source, target, _line(node), condition))

    def read_lanes(self, process: etree._Element) -> None:
        for lane in process.iter(_in_bpmn("lane")):
            for reference in lane.iterchildren(_in_bpmn("flowNodeRef")):
                element = self.elements.get((reference.text or "").strip())
                if element is None:
                    self.fault(lane, f"El carril {lane.get('id')} nombra «{reference.text}», que no existe; quítelo.")
                else:
                    self.elements[element.id] = replace(element, lane=lane.get("name", ""))

    def check_borders(self) -> None:
        for element in self.elements.values():
            if element.tag == "boundaryEvent" and element.host not in self.elements:
                sentence = f"El temporizador {element.id} no está en el borde de ningún paso; póngalo sobre uno."
                self.faults.append(RouteFault(element.line, element.id, sentence))

    # One function per element

    def plain(self, node: etree._Element) -> Element:
        self.allow(node, set())
        return Element(node.get("id", ""), _local(node), node.get("name", ""), _line(node))

    def user_task(self, node: etree._Element) -> Element:
        self.allow(node, {"multiInstanceLoopCharacteristics"})
        loop = node.find(_in_bpmn("multiInstanceLoopCharacteristics"))
        if loop is not None:
            self.allow(loop, set(), shape=node)
        step = self.step(node, is_each=loop is not None)
        return Element(
            step.id,
            "userTask",
            step.name,
            _line(node),
            step=step,
            is_each=loop is not None,
            is_sequential=loop is not None and loop.get("isSequential") == "true",
        )

    def service_task(self, node: etree._Element) -> Element:
        self.allow(node, set())
        said = self.extension(node, "service")
        call = said.get("call", "") if said is not None else ""
        if not call:
            self.fault(node, f'A la tarea de servicio {node.get("id")} le falta chasqui:service call="…".')
        return Element(node.get("id", ""), "serviceTask", node.get("name", ""), _line(node), call=call)

    def boundary(self, node: etree._Element) -> Element:
        self.allow(node, {"timerEventDefinition"})
        path = f"{_in_bpmn('timerEventDefinition')}/{_in_bpmn('timeDuration')}"
        days = self.days(node, (node.findtext(path) or "").strip())
        return Element(
            node.get("id", ""),
            "boundaryEvent",
            node.get("name", ""),
            _line(node),
            host=node.get("attachedToRef", ""),
            days=days,
            is_interrupting=node.get("cancelActivity", "true") == "true",
        )

    def days(self, node: etree._Element, duration: str) -> int:
        """Return the business days of a timer: ours, else BPMN's duration in whole days read as business days."""
        said = self.extension(node, "timer")
        if said is not None and said.get("days", "").isdigit():
            return int(said.get("days", ""))
        match = DAYS.match(duration)
        if match is None or not any(match.groups()):
            self.fault(
                node, f"El temporizador {node.get('id')} no dice cuántos días hábiles espera; escriba P5D, por ejemplo."
            )
            return 0
        weeks, days = (int(part or 0) for part in match.groups())
        return weeks * DAYS_IN_A_WEEK + days

    # What our extension elements say

    def allow(self, node: etree._Element, tags: set[str], shape: etree._Element | None = None) -> None:
        """Refuse the parts of an element that would change how it runs."""
        for child in node.iterchildren(tag=etree.Element):
            tag = _local(child)
            if etree.QName(child).namespace == BPMN and tag not in tags and tag not in SILENT:
                self.refuse(child, inside=shape if shape is not None else node)

    def extension(self, node: etree._Element, tag: str) -> etree._Element | None:
        return node.find(f"{_in_bpmn('extensionElements')}/{_in_chasqui(tag)}")

    def step(self, node: etree._Element, *, is_each: bool) -> Step:
        identity, name = node.get("id", ""), node.get("name", "") or node.get("id", "")
        said = self.extension(node, "step")
        if said is None:
            self.fault(node, f"Al paso {identity} le falta chasqui:step con su clase (kind).")
            return Step(identity, name, StepKind.TASK, name, Who())
        for unknown in sorted({str(name) for name in said.attrib} - STEP_ATTRIBUTES):
            self.fault(node, f"El paso {identity} trae el atributo «{unknown}», que no conocemos; quítelo.")
        return Step(
            id=identity,
            name=name,
            kind=self.kind(node, said.get("kind", "")),
            verb=said.get("verb", "") or name,
            who=self.who(node, is_each=is_each),
            term_days=self.number(node, said, "term"),
            emits=said.get("emits", ""),
            emits_on_observed=said.get("emitsOnObserved", ""),
            drafts=said.get("drafts", ""),
            key=said.get("key", ""),
            about=said.get("about", ""),
            visado=said.get("visado", ""),
            signer_order=self.number(node, said, "signerOrder") or 0,
            outcomes=tuple(said.get("outcomes", "").split()),
            returns_to=tuple(said.get("returnsTo", "").split()),
            cancels_siblings=said.get("cancelsSiblings") == "true",
            per_deliverable=said.get("perDeliverable") == "true",
        )

    def kind(self, node: etree._Element, written: str) -> StepKind:
        if written in StepKind.values:
            return StepKind(written)
        known = ", ".join(StepKind.values)
        self.fault(node, f"El paso {node.get('id')} es de clase «{written}», que no existe; use una de: {known}.")
        return StepKind.TASK

    def number(self, node: etree._Element, said: etree._Element, name: str) -> int | None:
        written = said.get(name, "")
        if not written:
            return None
        if not written.isdigit() or int(written) == 0:
            self.fault(node, f"En el paso {node.get('id')}, {name}=«{written}» debe ser un número mayor que cero.")
            return None
        return int(written)

    def who(self, node: etree._Element, *, is_each: bool) -> Who:
        one, each = self.extension(node, "who"), self.extension(node, "each")
        if is_each:
            if each is not None and (each.get("posts") or each.get("from")):
                return Who(each=tuple(each.get("posts", "").split()), each_from=each.get("from", ""))
            self.fault(node, f"Al paso múltiple {node.get('id')} le falta chasqui:each con posts o from.")
            return Who()
        given = (
            Who(
                post=one.get("post", ""),
                unit=one.get("unit", ""),
                drafter_head=one.get("drafterHead") == "true",
                role=one.get("role", ""),
            )
            if one is not None
            else Who()
        )
        if sum(map(bool, (given.post, given.unit, given.drafter_head, given.role))) != 1:
            self.fault(node, f"El paso {node.get('id')} debe decir quién lo hace, de una sola manera, con chasqui:who.")
        return given


READERS: dict[str, Callable[[_Reader, etree._Element], Element]] = {
    "startEvent": _Reader.plain,
    "endEvent": _Reader.plain,
    "exclusiveGateway": _Reader.plain,
    "parallelGateway": _Reader.plain,
    "userTask": _Reader.user_task,
    "serviceTask": _Reader.service_task,
    "boundaryEvent": _Reader.boundary,
}
