"""The only settings: all from the environment, all with an embedded default."""

import secrets
from datetime import timedelta
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config import backends, env

BASE_DIR = Path(__file__).resolve().parent.parent

DEFAULT_ENTITY = (BASE_DIR / "entities" / "default").read_text().strip()
ENTITY = env.text("ENTITY", DEFAULT_ENTITY, "Folder of the entity profile under entities/.")
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "data" / ENTITY), "Embedded state lives here.")).absolute()
DEMO = env.flag("DEMO", False, "Demo mode: its own authority, one-click sign-in; loopback only.")
BIND = env.text("BIND", "127.0.0.1:8000", "Address on which the site is served.")
WEB_WORKERS = env.number("WEB_WORKERS", 2, "Processes of the web server: one for each core, and one more.")
WEB_THREADS = env.number("WEB_THREADS", 8, "Requests that each of them serves at once.")
IS_TLS = env.flag("TLS", False, "The site is reached over https through a proxy that sets X-Forwarded-Proto.")
DEBUG = False
PLANS_DIR = env.text("PLANS_DIR", "", "Folder of the plans' texts, used as annexes by the demo where present.")


def _secret_key() -> str:
    """Return the configured key, else one that this installation makes and keeps for itself."""
    configured = env.secret("SECRET_KEY", "Signs sessions and locks the keys that the server holds.")
    if configured:
        return configured
    path = DATA_DIR / "secret_key"
    try:
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(50))
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"No se puede escribir en {DATA_DIR}. Elija otra carpeta con DATA_DIR=…") from error


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = env.secret(
    "SECRET_KEY_FALLBACKS", "Former ones, newest first, apart by spaces; see manage.py rotate_keys."
).split()
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost", "Host names that the site answers to.")

DATABASE_LIMITS = {
    "lock_seconds": env.number("DATABASE_LOCK_SECONDS", 10, "PostgreSQL: longest wait for somebody else's lock."),
    "statement_seconds": env.number("DATABASE_STATEMENT_SECONDS", 300, "PostgreSQL: longest statement; 0: no limit."),
}
DATABASES = {
    "default": backends.database(
        env.url(
            "DATABASE_URL", f"sqlite://{DATA_DIR}/chasqui.sqlite3", "sqlite:///path or postgresql://…?sslmode=require."
        ),
        pool=env.number("DATABASE_POOL", 0, "PostgreSQL: connections shared by a process; 0: one kept by each thread."),
        **DATABASE_LIMITS,
    )
}
MIGRATE_DATABASE_URL = env.url(
    "MIGRATE_DATABASE_URL", "", "PostgreSQL: the role that owns the tables, for migrate; empty: that of DATABASE_URL."
)
ARCHIVE_ACCESS_KEY = env.secret("ARCHIVE_ACCESS_KEY", "Name for the S3 store, where ARCHIVE_URL has none.")
ARCHIVE_SECRET_KEY = env.secret("ARCHIVE_SECRET_KEY", "Key for the S3 store, where ARCHIVE_URL has none.")
ARCHIVE_OWNER_URL = env.url(
    "ARCHIVE_OWNER_URL", "", "S3: who makes the bucket and sweeps it: s3://key:secret@host/bucket; empty: ARCHIVE_URL."
)
ARCHIVE = backends.adapter(
    "ARCHIVE_URL",
    env.url(
        "ARCHIVE_URL",
        f"file://{DATA_DIR}/archive",
        "Where versions are kept: file://path, or s3://key:secret@host/bucket.",
    ),
)
SEARCH = backends.adapter(
    "SEARCH_URL",
    env.url("SEARCH_URL", f"sqlite://{DATA_DIR}/search.sqlite3", "The index: sqlite://path, or https://host/name."),
)
SIGNER = {"class": "signing.adapters.server_keys.ServerKeySigner"}
TIMESTAMPER = {"class": "signing.adapters.demo_timestamper.DemoTimestamper"}
ENVELOPE = {"class": "signing.adapters.pyhanko_envelope.PyHankoEnvelope"}
VALIDATOR = {"class": "signing.adapters.pyhanko_validator.PyHankoValidator"}
PAPER = {"class": "signing.adapters.pdfium_paper.PdfiumPaper"}
BROKER_URL = backends.broker(
    env.url("BROKER_URL", "", "redis://… or amqp://…; empty: the worker polls the outbox itself.")
)
EMAIL_URL = env.url("EMAIL_URL", "", "smtp://user:password@host:port; empty: mail is written under DATA_DIR/mail.")
globals().update(backends.mail(EMAIL_URL, f"{DATA_DIR}/mail"))
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "no-responder@localhost", "Sender of the entity's mail.")
MAX_UPLOAD_BYTES = env.number("MAX_UPLOAD_MB", 50, "Largest file that is received, in MB.") * 1_000_000
METRICS_TOKEN = env.secret("METRICS_TOKEN", "Lets another machine read /metrics, as a bearer token.")
BACKUP_PASSPHRASE = env.secret("BACKUP_PASSPHRASE", "Encrypts backups, and opens them; keep it somewhere else too.")
IDENTITY_URL = env.url(
    "IDENTITY_URL",
    "",
    "Accounts kept elsewhere: ldaps://account:password@host?base=…&login=…; empty: only local ones.",
)
IDENTITY = backends.adapter("IDENTITY_URL", IDENTITY_URL) if IDENTITY_URL else {}
IDENTITY_PASSWORD = env.secret("IDENTITY_PASSWORD", "Of the directory's service account, where IDENTITY_URL has none.")
IDENTITY_CONFIRMS = bool(IDENTITY) & env.flag(
    "IDENTITY_CONFIRMS", False, "The directory's password may confirm a signature in place of a second factor."
)
OIDC_ISSUER = env.text(
    "OIDC_ISSUER", "", "The entity's OpenID Connect server of accounts, https://…, as it calls itself; empty: none."
)
OIDC_CA = backends.readable(
    "OIDC_CA", env.text("OIDC_CA", "", "File of the authority that vouches for that server; empty: the public ones.")
)
OIDC_SERVER = "organization.adapters.oidc.OidcServer"
OIDC_PROVIDERS = backends.oidc(
    OIDC_ISSUER,
    client_id=env.text("OIDC_CLIENT_ID", "", "The name under which that server knows Chasqui."),
    secret=env.secret("OIDC_CLIENT_SECRET", "What Chasqui shows that server."),
    scope=env.words("OIDC_SCOPES", "profile,email", "What Chasqui asks of it beside openid."),
    claim=env.text("OIDC_CLAIM", "preferred_username", "Which of its claims says who somebody is, at first sign-in."),
    means=env.choice("OIDC_CLAIM_IS", "username", ("username", "dni", "email"), "What of a person that claim holds."),
    second_factors=env.words("OIDC_SECOND_FACTORS", "", "Its acr or amr that stand in for a second factor of ours."),
)
PUBLIC_URL = env.text("PUBLIC_URL", "", "Address printed under QR codes; empty: the one of the entity profile.")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "viewflow.workflow",
    "config",
    "ledger",
    "law",
    "organization",
    "docs_store",
    "signing",
    "search",
    "workflows",
    "desk",
    "portal",
]
MIDDLEWARE = [
    "config.health.HealthMiddleware",
    "config.metrics.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.security.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.demo.DemoMiddleware",
    "config.errors.DomainErrorMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
                "config.context.limits",
            ],
        },
    }
]
CACHES = {
    "default": backends.cache(BROKER_URL, DATA_DIR / "cache" / "counts"),
    # What is known to be down must be known while the others are down.
    "conditions": backends.cache("", DATA_DIR / "cache" / "conditions"),
}
AUTH_USER_MODEL = "organization.Person"
DIRECTORY_BACKEND = "organization.adapters.directory_accounts.DirectoryBackend"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", *([DIRECTORY_BACKEND] if IDENTITY else [])]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "organization.adapters.passwords.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "organization.adapters.passwords.NotCommon"},
    {"NAME": "organization.adapters.passwords.NotAboutThePerson"},
]
LOGIN_URL = "desk:enter"
LOGIN_REDIRECT_URL = "desk:tray"
SECOND_FACTOR = env.choice(
    "SECOND_FACTOR",
    "required",
    ("required", "optional"),
    "Whether officials need one to enter and to sign; optional: those whom the profile names.",
)
SESSION_COOKIE_AGE = 3600 * env.number("SESSION_HOURS", 12, "After how long an official signs in again.")

# django-allauth: its sign-in stages, factors and sessions. The pages and addresses are the desk's own.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if IS_TLS else 0
ACCOUNT_ADAPTER = "organization.adapters.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_TIMEOUT = 900
ACCOUNT_RATE_LIMITS = False  # organization.services.entrance counts: a count by account alone would lock its owner out
SOCIALACCOUNT_ADAPTER = "organization.adapters.institutional.InstitutionalAdapter"
SOCIALACCOUNT_PROVIDERS = OIDC_PROVIDERS
SOCIALACCOUNT_REQUESTS_TIMEOUT = 4
MFA_ADAPTER = "organization.adapters.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
MFA_TRUST_COOKIE_AGE = timedelta(days=14)
MFA_TRUST_COOKIE_NAME = "trusted"
MFA_TRUST_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_TLS  # browsers themselves allow keys on http for localhost alone
USERSESSIONS_TRACK_ACTIVITY = False  # it would write on each page
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "es"
TIME_ZONE = "America/Lima"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("STATIC_DIR", f"{DATA_DIR}/static", "Where the pages' files are gathered.")).absolute()
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = False

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # our own pages may show a PDF in a frame
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_TLS
SECURE_SSL_REDIRECT = IS_TLS
SECURE_HSTS_SECONDS = 31_536_000 if IS_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_TLS else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "config.logs.PlainFormatter", "format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
