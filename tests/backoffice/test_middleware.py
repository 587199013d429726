import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from backoffice.middleware import ContentSecurityPolicy, TrustedProxies

PROXY, OUTSIDE = "172.28.0.5", "203.0.113.9"


def passed_on(settings, *, trusted=("172.28.0.0/24",), **meta):
    settings.TRUSTED_PROXIES = list(trusted)
    seen = {}

    def view(request):
        seen.update(request.META)
        return HttpResponse()

    TrustedProxies(view)(RequestFactory().get("/", **meta))
    return seen


def test_forwarded_address_is_believed_from_a_trusted_proxy(settings):
    seen = passed_on(settings, REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=OUTSIDE, HTTP_X_FORWARDED_PROTO="https")
    assert seen["REMOTE_ADDR"] == OUTSIDE
    assert seen["HTTP_X_FORWARDED_PROTO"] == "https"


def test_forwarded_headers_of_anybody_else_are_dropped(settings):
    seen = passed_on(settings, REMOTE_ADDR=OUTSIDE, HTTP_X_FORWARDED_FOR="127.0.0.1", HTTP_X_FORWARDED_PROTO="https")
    assert seen["REMOTE_ADDR"] == OUTSIDE
    assert "HTTP_X_FORWARDED_FOR" not in seen
    assert "HTTP_X_FORWARDED_PROTO" not in seen


def test_invented_hops_before_the_last_untrusted_one_are_not_believed(settings):
    seen = passed_on(settings, REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=f"127.0.0.1, {OUTSIDE}, 172.28.0.9")
    assert seen["REMOTE_ADDR"] == OUTSIDE


@pytest.mark.parametrize("header", ["", "unknown", "not an address, also not"])
def test_unreadable_forwarded_address_leaves_the_proxys(settings, header):
    assert passed_on(settings, REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=header)["REMOTE_ADDR"] == PROXY


def test_nobody_is_trusted_by_default(settings):
    seen = passed_on(settings, trusted=(), REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=OUTSIDE)
    assert seen["REMOTE_ADDR"] == "127.0.0.1"


def test_policy_allows_no_inline_script_or_style_and_no_other_host():
    answer = ContentSecurityPolicy(lambda request: HttpResponse())(RequestFactory().get("/"))
    policy = dict(part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; "))
    assert policy["style-src"] == policy["default-src"] == "'self'"
    # The camera's decoder is WebAssembly; text is still never run.
    assert policy["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert policy["object-src"] == policy["base-uri"] == "'none'"
    assert "unsafe-" not in answer["Content-Security-Policy"].replace("wasm-unsafe-eval", "")
    assert "http" not in answer["Content-Security-Policy"]
