"""What a password must be; each refusal says what to do."""

from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
)
from django.utils.translation import gettext as _

ABOUT_A_PERSON = ("username", "given_names", "surnames", "id_number", "email", "phone")


class LongEnough(MinimumLengthValidator):
    """Length is what a guess costs."""

    def get_error_message(self) -> str:
        return self.get_help_text()

    def get_help_text(self) -> str:
        return _("Use al menos %(length)d caracteres; cuatro palabras que no vayan juntas sirven bien.") % {
            "length": self.min_length
        }


class NotCommon(CommonPasswordValidator):
    """None of the twenty thousand that are tried first."""

    def get_error_message(self) -> str:
        return _("Esa contraseña está en las listas de las más usadas. Elija otra que no sea una frase conocida.")

    def get_help_text(self) -> str:
        return _("No puede ser una de las contraseñas más usadas.")


class NotAboutThePerson(UserAttributeSimilarityValidator):
    """Nothing that who knows the person would try."""

    def __init__(self) -> None:
        super().__init__(user_attributes=ABOUT_A_PERSON)

    def get_error_message(self) -> str:
        return _("Se parece a su dato «%(verbose_name)s». Elija una que no tenga sus datos.")

    def get_help_text(self) -> str:
        return _("No puede parecerse a su nombre, usuario, documento, correo ni teléfono.")
