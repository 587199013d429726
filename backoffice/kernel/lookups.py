"""Conditions of ours: `field__begins="x"`, starts with; `field__among=ids`, one of many."""

from typing import Any

from django.db.models import CharField, Field, ForeignKey, Lookup


@CharField.register_lookup
class Begins(Lookup):
    """Postgres `^@`; `startswith` would be LIKE, which is not leakproof and reads the whole table."""

    lookup_name = "begins"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} ^@ {right}", (*left_params, *right_params)


@Field.register_lookup
@ForeignKey.register_lookup
class Among(Lookup):
    """
    `= ANY(list)`: `in` for hundreds of plain values.

    The list goes as one value, where `in` makes a parameter of each, which costs more than reading the row.
    """

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s)", (*left_params, list(self.rhs))
