import pytest

pytestmark = pytest.mark.django_db(transaction=True)


def test_sign_in_page_has_visible_russian_text_and_obeys_the_policy(page):
    answer = page.goto("/account/login/")
    assert answer.status == 200
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    box = page.get_by_role("button").first.bounding_box()
    assert box["width"] > 20
    assert box["height"] > 10
