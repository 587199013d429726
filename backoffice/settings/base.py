"""Apps, middleware, secrets."""

from pathlib import Path

import django_stubs_ext

from backoffice import env

# Lets Django's generic classes be written with their model: forms.ModelForm[Merchant].
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent.parent

SECRET_KEY = env.text("SECRET_KEY")
ENCRYPTION_KEYS = env.words("ENCRYPTION_KEYS")
DEBUG = env.flag("DEBUG")
SANDBOX_URL = env.text("SANDBOX_URL", "")
# Where the outside world finds us; empty: as the browser that shows a page does.
PUBLIC_URL = env.text("PUBLIC_URL", "")

# Lower apps first: subscribers of facts register in this order.
PRODUCT_APPS = [
    "merchants",
    "workspace",
    "catalog",
    "stock",
    "orders",
    "labels",
    "floor",
    "shipping",
    "settlements",
    "marketplaces",
    "exchange",
    "analytics",
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.forms",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_celery_beat",
    "django_htmx",
    "django_prometheus",
    "django_structlog",
    "drf_spectacular",
    "rest_framework",
    "backoffice",
    *PRODUCT_APPS,
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    # Before whatever asks whether the request is secure or where it comes from.
    "backoffice.middleware.TrustedProxies",
    "django.middleware.security.SecurityMiddleware",
    "backoffice.middleware.ContentSecurityPolicy",
    "merchants.middleware.ProgramsMiddleware",
    "merchants.middleware.ScansMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
    "merchants.middleware.LostRaceMiddleware",
    # Calls the view itself, inside the scope of the person's merchants: nothing may stand after it.
    "merchants.middleware.ScopeMiddleware",
]

# Where programs call, by the hundred a second: public views that begin so are called behind these alone.
PROGRAM_PATHS = ("/sync/in/", "/sync/feed/", "/1c/exchange", "/api/v1/", "/labels/agent/turn/")
PROGRAM_MIDDLEWARE = [
    "django.middleware.common.CommonMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

# Bounds of the latencies that /metrics tells of each page, in seconds: those that budgets name, and some around.
PROMETHEUS_LATENCY_BUCKETS = (0.03, 0.1, 0.2, 0.5, 1.0, 5.0, 30.0, float("inf"))

# What a person waits for at every piece, and what shows nothing but its answer: called behind these alone.
SCAN_PATHS = r"/floor/(pick/\d+|pack|wall)/scan/"
SCAN_MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
    "merchants.middleware.ScopeMiddleware",
]

ROOT_URLCONF = "backoffice.urls"
WSGI_APPLICATION = "backoffice.wsgi.application"
