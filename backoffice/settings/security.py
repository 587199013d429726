"""Cookies, hosts, proxies, policy of what a page may load."""

from backoffice import env

ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
# Networks whose X-Forwarded-* headers are believed; nobody's by default.
TRUSTED_PROXIES = env.words("TRUSTED_PROXIES", "")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", "")

HTTPS = env.flag("HTTPS", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
# The load balancer and the container's own health check ask over plain HTTP, from inside.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"

# Stickers are shown in a frame of our own origin; icons of the style sheet are data images.
CONTENT_SECURITY_POLICY = {
    "default-src": "'self'",
    # Compiling WebAssembly, and no other making of code from text: the camera's decoder is one.
    "script-src": "'self' 'wasm-unsafe-eval'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "frame-src": "'self' blob:",
    "worker-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}
# Who may read /metrics without signing in, beside the machine itself.
METRICS_NETWORKS = env.words("METRICS_NETWORKS", "")
