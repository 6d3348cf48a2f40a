from django.apps import AppConfig


class DocsStoreConfig(AppConfig):
    name = "docs_store"
    default_auto_field = "django.db.models.BigAutoField"
