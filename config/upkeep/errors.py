"""Why a backup, a restore or a move is refused: one sentence each, with what to do."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


class UpkeepError(Exception):
    """A refusal. ``sentence`` may hold named places, which the keyword arguments fill."""

    sentence: ClassVar[Any] = ""

    def __init__(self, **told: object) -> None:
        self.told = told
        super().__init__(told)

    def __str__(self) -> str:
        return str(self.sentence) % self.told


class PassphraseMissing(UpkeepError):
    sentence = _("Falta la frase de la copia: indíquela en BACKUP_PASSPHRASE o BACKUP_PASSPHRASE_FILE.")


class PassphraseTooShort(UpkeepError):
    sentence = _("La frase de la copia es corta: use al menos %(least)d letras.")


class WrongPassphrase(UpkeepError):
    sentence = _("La frase no abre esta copia, o su manifiesto fue alterado. Use la frase con que se hizo.")


class NoBackupHere(UpkeepError):
    sentence = _("En %(place)s no hay ninguna copia terminada: falta su manifiesto. Elija otro lugar.")


class NoSuchBackup(UpkeepError):
    sentence = _("En %(place)s no hay una copia «%(name)s». Las que hay: %(names)s.")


class PlaceRefused(UpkeepError):
    sentence = _("No se puede usar %(place)s: escriba una carpeta, o s3://clave:secreto@servidor/bucket/carpeta.")


class PlaceFails(UpkeepError):
    sentence = _("%(place)s no responde o no deja escribir (%(error)s). Lo ya copiado se conserva; repita la orden.")


class BackupDamaged(UpkeepError):
    sentence = _("La copia está dañada: %(part)s no es lo que dice su manifiesto. Use otra copia.")


class PlaceIsPruned(UpkeepError):
    sentence = _("En %(place)s se borran copias viejas desde el %(since)s. Repita la orden cuando termine.")


class NewerRelease(UpkeepError):
    sentence = _("Los datos son de una versión más nueva de Chasqui (%(migration)s). Instale esa versión primero.")


class NewerFormat(UpkeepError):
    sentence = _("La copia es de un formato más nuevo (%(format)s). Instale la versión de Chasqui que la hizo.")


class NotMigrated(UpkeepError):
    sentence = _("La base de datos no está al día con el programa. Ejecute antes: manage.py migrate.")


class NotEmpty(UpkeepError):
    sentence = _("El sistema de destino ya tiene datos (%(what)s). Use una base de datos vacía y otra DATA_DIR.")


class OtherTables(UpkeepError):
    sentence = _("La base vacía tiene las tablas de otra versión de Chasqui. Use una base de datos sin tablas.")


class OtherSecretKey(UpkeepError):
    sentence = _("SECRET_KEY es otra que la de los datos y no abriría sus claves. Quítela del entorno, o use la suya.")


class SourceMissing(UpkeepError):
    sentence = _("En %(folder)s no hay una instalación con %(what)s. Indique su DATA_DIR con --from.")


class SourceIsServed(UpkeepError):
    sentence = _("La instalación de %(folder)s está en uso. Deténgala antes de trasladarla.")


class SameInstallation(UpkeepError):
    sentence = _("El origen y el destino son la misma instalación. Indique DATABASE_URL y DATA_DIR del destino.")


class DatabaseAway(UpkeepError):
    sentence = _("La base de datos no responde (%(error)s). Revise DATABASE_URL y repita la orden.")


class RowsRefused(UpkeepError):
    sentence = _("La base de datos no admite las filas de la tabla %(table)s (%(error)s). No se cargó nada.")
