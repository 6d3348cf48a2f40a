"""The article that Spanish puts before the name of an office."""

_FEMININE = (
    "Administración Agencia Alcaldía Asesoría Autoridad Comisión Coordinación Defensoría Dirección División Gerencia "
    "Intendencia Jefatura Mesa Municipalidad Oficina Presidencia Procuraduría Secretaría Sección Subdirección "
    "Subgerencia Superintendencia Unidad Ventanilla"
)
FEMININE = frozenset(_FEMININE.split())
_MASCULINE = "Archivo Área Centro Comité Concejo Consejo Departamento Despacho Equipo Órgano Programa Registro Servicio"
MASCULINE = frozenset(_MASCULINE.split())


def with_article(name: str) -> str:
    """Return ``la Oficina …``, ``el Despacho …``, or the name alone where its first word is neither."""
    head = name.split(" ", 1)[0]
    if head in FEMININE:
        return f"la {name}"
    return f"el {name}" if head in MASCULINE else name


def to(named: str) -> str:
    """Return ``a la Oficina …``, ``al Despacho …``: the preposition and the article run together."""
    return f"al {named.removeprefix('el ')}" if named.startswith("el ") else f"a {named}"


def beginning(words: str) -> str:
    """Return the words with a capital at the beginning of a sentence."""
    return words[:1].upper() + words[1:]
