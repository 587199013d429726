"""Templates, languages, static files."""

from pathlib import Path

from backoffice import env
from backoffice.settings.base import BASE_DIR, DEBUG

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", "Русский"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Moscow"
USE_I18N = True
USE_TZ = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.i18n",
                "django.template.context_processors.static",
                "django.contrib.messages.context_processors.messages",
                "merchants.context_processors.person",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

_packages = BASE_DIR / "frontend" / "node_modules"

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
# Not the finder of apps: third-party apps bring files that no page of ours asks for.
STATICFILES_DIRS = [BASE_DIR / "backoffice" / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "backoffice.packages.PackageFiles",
]
_tabler = _packages / "@tabler" / "core" / "dist" / "css"
PACKAGE_FILES = {
    "vendor/tabler/css/tabler.min.css": _tabler / "tabler.min.css",
    "vendor/tabler/css/tabler.min.css.map": _tabler / "tabler.min.css.map",
    "vendor/zxing/reader.js": _packages / "zxing-wasm" / "dist" / "iife" / "reader" / "index.js",
    "vendor/zxing/zxing_reader.wasm": _packages / "zxing-wasm" / "dist" / "reader" / "zxing_reader.wasm",
    "vendor/echarts/echarts.common.min.js": _packages / "echarts" / "dist" / "echarts.common.min.js",
    "vendor/htmx/htmx.min.js": _packages / "htmx.org" / "dist" / "htmx.min.js",
}
# Collected files under hashed names; false serves them from where they lie, for tests and for work on the pages.
_collected = env.flag("STATIC_COLLECTED", not DEBUG)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "backoffice.storage.StaticStorage"
        if _collected
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = not _collected
