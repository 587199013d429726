"""How an answer is taken apart before anything in it has a meaning."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from pydantic import ValidationError

from marketplaces import dto, errors
from marketplaces.errors import ContractBroken
from marketplaces.http import redact
from marketplaces.ports import Answer

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


def storable(answer: Answer) -> object:
    """This function will decode a body; NUL and lone surrogates, which no database stores, become U+FFFD."""
    payload = answer.json()
    if b"\\u0000" in answer.body or b"\\ud" in answer.body.lower():
        return _cleaned(payload)
    return payload


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return errors.storable(value)
    if isinstance(value, list):
        return [_cleaned(element) for element in value]
    if isinstance(value, dict):
        return {str(_cleaned(key)): _cleaned(element) for key, element in value.items()}
    return value


def inside(payload: object, *keys: str) -> object:
    """
    This function will go down to the value under these keys, None where one is null or absent.

    :raises ContractBroken: something on the way is not an object
    """
    for key in keys:
        if payload is None:
            return None
        if not isinstance(payload, dict):
            raise ContractBroken(f"no object where {key!r} should be", payload=redact.value(payload))
        payload = payload.get(key)
    return payload


def rows(payload: object, *keys: str) -> list[object]:
    """
    This function will find the list in an answer; null and absence count as an empty one.

    :raises ContractBroken: there is something else
    """
    if payload is None:
        raise ContractBroken("the answer is empty")
    found = inside(payload, *keys)
    if found is None:
        return []
    if not isinstance(found, list):
        raise ContractBroken(f"{'.'.join(keys)} is not a list", payload=redact.value(payload))
    return found


def each(
    elements: Iterable[object], read: Callable[[object], Iterable[T]], key: str
) -> tuple[list[T], list[dto.Broken]]:
    """This function will read every element for itself; `key` names the field by which a bad one is called."""
    items: list[T] = []
    broken: list[dto.Broken] = []
    for index, element in enumerate(elements):
        try:
            items.extend(read(element))
        except (ValueError, ArithmeticError) as reason:
            name = called(element, key, index)
            broken.append(dto.Broken(key=name, reason=why(reason), payload=redact.value(element)))
    return items, broken


def held(
    levels: Iterable[dto.StockLevel],
    found: Mapping[K, int],
    broken: Sequence[dto.Broken],
    key: Callable[[dto.StockLevel], K],
) -> dto.Page[dto.StockLevel]:
    """This function will say what is held of these levels; a missing row is 0 only when all rows could be read."""
    known = [level for level in levels if key(level) in found or not broken]
    return dto.Page(items=[replace(level, pieces=found.get(key(level), 0)) for level in known], broken=broken)


def called(element: object, key: str, index: int) -> str:
    name = element.get(key) if isinstance(element, dict) else None
    return str(name)[:64] if isinstance(name, int | str) and not isinstance(name, bool) and name != "" else f"#{index}"


def why(reason: Exception) -> str:
    """This function will name the fields that are wrong."""
    if isinstance(reason, ValidationError):
        errors = reason.errors(include_url=False, include_context=False, include_input=False)
        return "; ".join(f"{'.'.join(map(str, error['loc'])) or 'it'}: {error['msg']}" for error in errors)[:500]
    return str(reason)[:500]


def meant(text: str, parts: Iterable[tuple[str, T]]) -> T | None:
    """This function will find the meaning of a sentence of theirs: of the first of these parts that stands in it."""
    lower = text.lower()
    return next((meaning for part, meaning in parts if part in lower), None)


def broken_list(broken: Sequence[dto.Broken], payload: object) -> ContractBroken:
    """The error of a list that makes sense only whole."""
    return ContractBroken(f"{broken[0].key}: {broken[0].reason}", payload=redact.value(payload))
