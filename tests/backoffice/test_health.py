import pytest


@pytest.mark.django_db
def test_database_part_is_true_when_the_database_answers(client):
    answer = client.get("/healthz")
    assert answer.json()["parts"]["database"] is True
