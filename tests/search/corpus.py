"""A small archive of our own writing, for the judged questions. One entry per document, one string per page."""

from dataclasses import dataclass, field
from datetime import date

from search.ports import IndexedDocument, IndexedPage
from search.rules.questions import kind_marks, unit_marks
from search.rules.tokens import terms

KIND_NAMES = {
    "resolucion-ejecutiva": "Resolución Ejecutiva Regional",
    "informe": "Informe",
    "opinion-legal": "Opinión Legal",
    "oficio": "Oficio",
    "carta": "Carta",
    "acta": "Acta",
    "directiva": "Directiva",
    "memorando": "Memorándum",
}
UNIT_NAMES = {
    "presidencia": ("P", "Presidencia Regional"),
    "cis": ("CIS", "GRPPAT/CIS", "Centro de Información y Sistemas"),
    "oaj": ("OAJ", "Oficina de Asesoría Jurídica"),
    "grppat": ("GRPPAT", "Gerencia Regional de Planeamiento, Presupuesto y Acondicionamiento Territorial"),
    "logistica": ("LOG", "Unidad de Logística"),
    "": (),
}


@dataclass(frozen=True)
class Paper:
    kind: str
    unit: str
    label: str
    title: str
    on: date
    pages: tuple[str, ...] = field(default_factory=tuple)


CORPUS = {
    "rer45": Paper(
        "resolucion-ejecutiva",
        "presidencia",
        "45-2011-GR.CAJ/P",
        "Aprueba el Plan Estratégico de Gobierno Electrónico",
        date(2011, 8, 11),
        (
            "VISTO: el Oficio N.° 0087-2011-GR.CAJ/GRPPAT/CIS, con el que se pide aprobar el plan. CONSIDERANDO: Que, "
            "la Resolución Ministerial N.° 061-2011-PCM, publicada el 18 de febrero, fija el contenido mínimo y un "
            "término de ciento veinte días hábiles;",
            "Artículo 1.- Apruébese el Plan Estratégico de Gobierno Electrónico. Artículo 2.- Publíquese en el portal "
            "web de la institución. Artículo 3.- Remítase copia a la oficina nacional.",
        ),
    ),
    "oficio87": Paper(
        "oficio",
        "cis",
        "0087-2011-GR.CAJ/GRPPAT/CIS",
        "Solicita la aprobación del plan",
        date(2011, 7, 4),
        (
            "Me dirijo a usted para solicitar que se apruebe el plan de gobierno electrónico que exige la R.M. "
            "N° 61 - 2011 - PCM. Se adjuntan setenta y dos folios.",
        ),
    ),
    "directiva2": Paper(
        "directiva",
        "cis",
        "002-2011-GR.CAJ-GRPPAT/CIS",
        "Uso del correo institucional",
        date(2011, 5, 20),
        (
            "Objeto: ordenar el uso del correo institucional y de las contraseñas.",
            "Las cuentas sin uso durante noventa días se cierran. El usuario es responsable de su contraseña.",
            "De los equipos: cada unidad cuida sus computadoras, impresoras y redes.",
        ),
    ),
    "informe432": Paper(
        "informe",
        "cis",
        "432-2023-MDP/OIS/FAGL-J",
        "Pide el acto que apruebe los planes",
        date(2023, 9, 11),
        (
            "Remito cinco planes para su aprobación. El diseño de la red de fibra óptica se detalla en el segundo "
            "anexo. La inversión asciende a S/ 1,250,300.00.",
        ),
    ),
    "informe3": Paper(
        "informe",
        "oaj",
        "003-2023-MDP-GM-OAJ/NEE",
        "Devuelve el expediente para revisar todo el contenido",
        date(2023, 10, 13),
        ("Se devuelve el expediente: las actas del comité no se acompañan y los montos no coinciden.",),
    ),
    "opinion740": Paper(
        "opinion-legal",
        "oaj",
        "740-2023-MDP-GM-OAJ/NEE",
        "Opinión favorable sobre tres de cinco planes",
        date(2023, 11, 8),
        (
            "Opino favorablemente sobre tres planes. Referencia: Informe 496-2023-MDP/DIS/FAGL-J.",
            "No es viable aprobar los otros dos mientras falte el sustento de la oficina de presupuesto.",
        ),
    ),
    "acta2": Paper(
        "acta",
        "",
        "002-2023",
        "Sesión del Comité de Gobierno y Transformación Digital",
        date(2023, 8, 31),
        ("Los miembros del comité acuerdan por unanimidad aprobar cinco planes. Asiste la señora Peña como invitada.",),
    ),
    "carta10": Paper(
        "carta",
        "",
        "010-2023/MPH/RAC",
        "Entrega de la propuesta del plan",
        date(2023, 8, 18),
        ("El consultor entrega la propues-\nta final del plan y solicita su conformidad. Ciento veinte folios.",),
    ),
    "memo251": Paper(
        "memorando",
        "logistica",
        "251-2013-LOG",
        "Compra de mobiliario",
        date(2013, 12, 3),
        (
            "Se requiere la compra de cuarenta sillas y ocho mesas. Proceso de selección N° 000200.",
            "La señal del proyector falla. Los bienes del almacén se inventarían en enero.",
        ),
    ),
    "carta77": Paper(
        "carta",
        "",
        "S/N",
        "Queja por demora en licencia de funcionamiento",
        date(2023, 11, 20),
        ("Presenté mi solicitud hace tres meses y nadie responde. Pido que se resuelva. El ano fiscal no me importa.",),
    ),
    "informe61": Paper(
        "informe",
        "logistica",
        "0061-2012-LOG",
        "Estado del almacén",
        date(2012, 3, 1),
        ("Quedan sesenta resmas de papel. El año pasado hubo más consumo. Ley 27658.",),
    ),
    "constancia": Paper(
        "informe",
        "oaj",
        "D000043-2024-CONADIS-PRE",
        "Consulta sobre accesibilidad",
        date(2024, 2, 6),
        ("Se consulta si las personas con discapacidad pueden presentar documentos por un tercero.",),
    ),
    "rm251": Paper(
        "resolucion-ejecutiva",
        "presidencia",
        "251-2017-TR",
        "Aprueba el plan de gobierno digital del sector",
        date(2017, 12, 29),
        ("VISTOS: el Oficio 030-2017-MTPE/4/13 y el Informe 1631-2017-MTPE/4/8; el responsable publica el plan.",),
    ),
}


def indexed(slug: str) -> IndexedDocument:
    """Return a paper of the corpus as the service would index it, in an expediente of its own."""
    paper, number = CORPUS[slug], list(CORPUS).index(slug) + 1
    names = UNIT_NAMES[paper.unit]
    head = " ".join([KIND_NAMES[paper.kind], paper.label, paper.title, *names])
    return IndexedDocument(
        document_id=number,
        expediente_id=100 + number,
        expediente_label=f"{number}-{paper.on.year}",
        kind=paper.kind,
        kind_name=KIND_NAMES[paper.kind],
        unit=paper.unit,
        unit_siglas=names[0] if names else "",
        label=paper.label,
        title=paper.title,
        state="emitted",
        emitted_on=paper.on,
        is_public=False,
        head=tuple(terms(head)),
        marks=tuple(kind_marks(paper.kind, KIND_NAMES[paper.kind]) | unit_marks(*names)),
        pages=tuple(IndexedPage(page, text, tuple(terms(text))) for page, text in enumerate(paper.pages, start=1)),
    )


def slug_of(document_id: int) -> str:
    return list(CORPUS)[document_id - 1]
