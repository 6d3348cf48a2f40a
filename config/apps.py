from django.apps import AppConfig
from django.conf import settings


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import checks  # noqa: F401 -- app ready

        if settings.BROKER_URL:
            from config import celery  # noqa: F401 -- app ready
