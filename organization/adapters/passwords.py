"""What a password must be; each refusal says what to do."""

import re
from typing import Any

from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

ABOUT_A_PERSON = ("username", "full_name", "given_names", "surnames", "id_number", "email", "phone")
FEWEST_CHARACTERS = 6
OFFICE_WORDS = frozenset(
    [
        "administrador",
        "alcaldia",
        "bienvenido",
        "chasqui",
        "clave",
        "contrasena",
        "contraseña",
        "direccion",
        "documentos",
        "expediente",
        "gerencia",
        "gobierno",
        "gobiernoregional",
        "informatica",
        "mesadepartes",
        "ministerio",
        "municipalidad",
        "oficina",
        "peru",
        "presupuesto",
        "secretaria",
        "secretariageneral",
        "seguridad",
        "sistema",
        "sistemas",
        "tramite",
        "tramites",
        "usuario",
    ]
)
"""What everybody in a public office would try first, with a year behind."""


class LongEnough(MinimumLengthValidator):
    """Length is what a guess costs."""

    def get_error_message(self) -> str:
        return self.get_help_text()

    def get_help_text(self) -> str:
        return _("Use al menos %(length)d caracteres; cuatro palabras que no vayan juntas sirven bien.") % {
            "length": self.min_length
        }


class NotCommon(CommonPasswordValidator):
    """None of the twenty thousand that are tried first, nor one of them with a year or a sign behind."""

    def validate(self, password: str, user: Any = None) -> None:
        super().validate(password, user)
        core = re.sub(r"[\W\d_]+", "", password.lower())
        is_one_word = not re.search(r"\w\s+\w", password.strip())
        is_known = not core or core in OFFICE_WORDS or core in self.passwords
        if (is_one_word and is_known) or len(set(password)) < FEWEST_CHARACTERS:
            raise ValidationError(self.get_error_message(), code="password_too_common")

    def get_error_message(self) -> str:
        return _("Esa contraseña es de las que se prueban primero. Elija varias palabras que no vayan juntas.")

    def get_help_text(self) -> str:
        return _("No puede ser una de las más usadas, ni una palabra con un año detrás.")


class NotAboutThePerson(UserAttributeSimilarityValidator):
    """Nothing that who knows the person would try."""

    def __init__(self) -> None:
        super().__init__(user_attributes=ABOUT_A_PERSON)

    def get_error_message(self) -> str:
        return _("Se parece a su nombre, usuario, documento, correo o teléfono. Elija una que no tenga sus datos.")

    def get_help_text(self) -> str:
        return _("No puede parecerse a sus datos.")
