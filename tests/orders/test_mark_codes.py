"""Marking codes as scanners give them: the separators come back whatever was dropped, and nothing is guessed."""

import string
from random import Random

import pytest

from orders.errors import WrongMark
from orders.services import mark

SIGNS = string.ascii_letters + string.digits + "!\"%&'()*+,-./:;<=>?_"
TAILS = ((13, ((91, 4), (92, 44))), (13, ((91, 4), (92, 88))), (13, ((93, 4),)), (6, ((93, 4),)))


def made(random, serial, parts):
    def text(length):
        return "".join(random.choice(SIGNS) for _sign in range(length))

    head = f"01{random.randrange(10**14):014d}21{text(serial)}"
    return mark.GS.join([head, *(f"{name}{text(length)}" for name, length in parts)])


@pytest.mark.parametrize(("serial", "parts"), TAILS)
@pytest.mark.parametrize("before", ["", "]d2", mark.GS, "]d2" + mark.GS])
def test_separators_come_back_in_a_thousand_codes(serial, parts, before):
    random = Random(f"{serial}{parts}")
    for _code in range(250):
        code = made(random, serial, parts)
        assert mark.read_sgtin(before + code) == code
        assert mark.read_sgtin(before + code.replace(mark.GS, "")) == code
        assert mark.read_sgtin(before + code.replace(mark.GS, "\\u001d")) == code


def test_a_code_without_its_signature_stays_as_it_is():
    assert mark.read_sgtin("010460711234567321abcDEF1234567") == "010460711234567321abcDEF1234567"


@pytest.mark.parametrize("code", ["", "4607112345673", "0104607112345673", "01046071123456732", "01ABC21x", "Иван"])
def test_what_is_no_code_is_refused(code):
    with pytest.raises(WrongMark):
        mark.read_sgtin(code)
