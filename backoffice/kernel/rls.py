"""
Migration operations for what Django cannot say: row-level security, keys of several columns, append-only tables.

The policy compares `merchant_id` with the array in `app.merchants`, set by `merchants.scope`.  The expression is
written directly, not as a sub-select, because only then does the planner see the array and keep the index.
"""

from collections.abc import Sequence

from django.db.migrations.operations import RunSQL

_ALLOWED = "merchant_id = ANY(nullif(current_setting('app.merchants', true), '')::int[])"


class Protect(RunSQL):
    """Hide the rows of `table` from everybody whose scope does not name their merchant."""

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(
            sql=[
                f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
                f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
                f'CREATE POLICY tenant ON "{table}" USING ({_ALLOWED}) WITH CHECK ({_ALLOWED})',
            ],
            reverse_sql=[
                f'DROP POLICY tenant ON "{table}"',
                f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY',
                f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
            ],
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return self.__class__.__name__, [self.table], {}

    def describe(self) -> str:
        return f"Protect {self.table} by row-level security"


class Belongs(RunSQL):
    """
    Tie each row of `table` to the row of `parent` that has the same merchant and the same key.

    key: the columns beside merchant_id in `table`, parent_key: those of `parent`, unique there with merchant_id.  A key
    of one column would let a row hang on another merchant's parent; and since the parent's own merchant is proven, one
    look-up per row takes the place of one for each column.
    """

    def __init__(self, table: str, key: Sequence[str], parent: str, parent_key: Sequence[str] = ("id",)) -> None:
        self.table, self.key, self.parent, self.parent_key = table, list(key), parent, list(parent_key)
        name = f"{table}_of_{parent}"
        own, theirs = (", ".join(("merchant_id", *columns)) for columns in (key, parent_key))
        super().__init__(
            sql=[
                # Under FORCE the owner sees no rows without a scope, and would find every old row in order.
                f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY',
                f'ALTER TABLE "{parent}" NO FORCE ROW LEVEL SECURITY',
                f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY ({own}) REFERENCES "{parent}" ({theirs})'
                " DEFERRABLE INITIALLY DEFERRED",
                f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
                f'ALTER TABLE "{parent}" FORCE ROW LEVEL SECURITY',
            ],
            reverse_sql=f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"',
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return self.__class__.__name__, [self.table, self.key, self.parent, self.parent_key], {}

    def describe(self) -> str:
        return f"Tie {self.table} to {self.parent} of the same merchant"


class Untied(Belongs):
    """Take away what `Belongs` made, before `Tied` takes its place."""

    def __init__(self, table: str, key: Sequence[str], parent: str, parent_key: Sequence[str] = ("id",)) -> None:
        super().__init__(table, key, parent, parent_key)
        self.sql, self.reverse_sql = self.reverse_sql, self.sql  # type: ignore[assignment]  # both are given

    def describe(self) -> str:
        return f"Take the key from {self.table} to {self.parent} away"


class Tied(RunSQL):
    """
    Tie rows of `table` to their parents as foreign keys do, asking once for a statement instead of once for a row.

    ties: (columns of `table`, parent, columns of the parent), named `<table>_of_<parent>`, with `_by_<column>` where
    the parent has several.  For tables in which bulk writes leave many rows; a row that is written alone pays a little
    more than for foreign keys.

    Parents are looked for when the statement ends, so they are written first, and they are locked as a foreign key
    locks them: nobody removes one meanwhile.  Removing a parent with children is refused at once.  Both run with the
    eyes of who writes: children and parents are of one merchant, whose scope is open.
    """

    def __init__(self, table: str, ties: Sequence[tuple[Sequence[str], str, Sequence[str]]]) -> None:
        self.table, self.ties = table, list(ties)
        parents = [parent for _key, parent, _parent_key in ties]
        named = [
            (f"{table}_of_{parent}" + (f"_by_{key[-1]}" if parents.count(parent) > 1 else ""), key, parent, parent_key)
            for key, parent, parent_key in ties
        ]
        columns = dict.fromkeys(column for key, _parent, _parent_key in ties for column in key)
        changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
        super().__init__(
            sql=[
                _function(f"{table}_tied", "".join(_look_for_parents(table, *tie) for tie in named)),
                _function(f"{table}_tied_anew", "".join(_look_for_parent(table, *tie) for tie in named)),
                f'CREATE TRIGGER tied AFTER INSERT ON "{table}" REFERENCING NEW TABLE AS fresh'
                f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_tied()",
                f'CREATE TRIGGER tied_anew AFTER UPDATE OF {", ".join(columns)} ON "{table}"'
                f" FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION {table}_tied_anew()",
                *(sql for tie in named for sql in _keep_parent(table, *tie)),
            ],
            reverse_sql=[
                *(
                    f'DROP TRIGGER {name}_{what} ON "{parent}"'
                    for name, _key, parent, _parent_key in named
                    for what in ("kept", "same")
                ),
                *(f"DROP FUNCTION {name}_kept()" for name, *_rest in named),
                f'DROP TRIGGER tied ON "{table}"',
                f'DROP TRIGGER tied_anew ON "{table}"',
                f"DROP FUNCTION {table}_tied()",
                f"DROP FUNCTION {table}_tied_anew()",
            ],
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return self.__class__.__name__, [self.table, self.ties], {}

    def describe(self) -> str:
        return f"Tie {self.table} to its parents, statement by statement"


def _function(name: str, body: str) -> str:
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$;"
        f" GRANT EXECUTE ON FUNCTION {name}() TO PUBLIC"
    )


def _refuse(table: str, name: str, because: str) -> str:
    return (
        f"RAISE EXCEPTION '{because}' USING ERRCODE = 'foreign_key_violation', TABLE = '{table}', CONSTRAINT = '{name}'"
    )


def _look_for_parents(table: str, name: str, key: Sequence[str], parent: str, parent_key: Sequence[str]) -> str:
    # The inner question locks, so it stays one look-up by index for each parent, whatever is known of numbers of rows
    # when the function is planned: the plan is kept, and the next statement may write one row or ten thousand.
    match = " AND ".join(f"p.{theirs} = w.{own}" for own, theirs in zip(key, parent_key, strict=True))
    told = " AND ".join(f"{column} IS NOT NULL" for column in key)
    return f"""
        IF EXISTS (SELECT FROM (SELECT DISTINCT {", ".join(key)} FROM fresh WHERE {told}) w
                    WHERE NOT EXISTS (SELECT FROM "{parent}" p WHERE {match} FOR KEY SHARE)) THEN
            {_refuse(table, name, f"a row of {table} has no row of {parent}")};
        END IF;"""  # noqa: S608  names of migrations


def _look_for_parent(table: str, name: str, key: Sequence[str], parent: str, parent_key: Sequence[str]) -> str:
    match = " AND ".join(f"p.{theirs} = NEW.{own}" for own, theirs in zip(key, parent_key, strict=True))
    told = " AND ".join(f"NEW.{column} IS NOT NULL" for column in key)
    return f"""
        IF {told} AND NOT EXISTS (SELECT FROM "{parent}" p WHERE {match} FOR KEY SHARE) THEN
            {_refuse(table, name, f"a row of {table} has no row of {parent}")};
        END IF;"""


def _keep_parent(table: str, name: str, key: Sequence[str], parent: str, parent_key: Sequence[str]) -> list[str]:
    match = " AND ".join(f"c.{own} = OLD.{theirs}" for own, theirs in zip(key, parent_key, strict=True))
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in parent_key)
    body = f"""
        IF EXISTS (SELECT FROM "{table}" c WHERE {match}) THEN
            {_refuse(table, name, f"rows of {table} hang on this row of {parent}")};
        END IF;"""
    return [
        _function(f"{name}_kept", body),
        f'CREATE TRIGGER {name}_kept AFTER DELETE ON "{parent}" FOR EACH ROW EXECUTE FUNCTION {name}_kept()',
        f'CREATE TRIGGER {name}_same AFTER UPDATE OF {", ".join(parent_key)} ON "{parent}"'
        f" FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION {name}_kept()",
    ]


class AppendOnly(RunSQL):
    """
    Refuse UPDATE and DELETE on `table` in the database itself.

    The owner role passes when it says `SET LOCAL app.purge = 'on'`: nothing of the product does, only a person who has
    to remove a merchant for good.
    """

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(
            sql=[
                """
                CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF current_setting('app.purge', true) = 'on' AND current_user = 'backoffice_owner' THEN
                        RETURN OLD;
                    END IF;
                    RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME
                        USING ERRCODE = 'integrity_constraint_violation';
                END $$
                """,
                f"""
                CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "{table}"
                FOR EACH ROW EXECUTE FUNCTION refuse_change()
                """,
                "GRANT EXECUTE ON FUNCTION refuse_change() TO PUBLIC",
            ],
            reverse_sql=[f'DROP TRIGGER append_only ON "{table}"'],
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return self.__class__.__name__, [self.table], {}

    def describe(self) -> str:
        return f"Make {self.table} append-only"


class Kept(RunSQL):
    """
    Refuse to remove or renumber rows of `table`: what names one may do so for ever, without asking at every write.

    The owner role passes as with `AppendOnly`.
    """

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(
            sql=[
                """
                CREATE OR REPLACE FUNCTION refuse_removal() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF TG_OP = 'UPDATE' AND NEW.id = OLD.id THEN
                        RETURN NEW;
                    END IF;
                    IF current_setting('app.purge', true) = 'on' AND current_user = 'backoffice_owner' THEN
                        RETURN coalesce(NEW, OLD);
                    END IF;
                    RAISE EXCEPTION 'rows of % are kept for ever', TG_TABLE_NAME
                        USING ERRCODE = 'foreign_key_violation', TABLE = TG_TABLE_NAME;
                END $$
                """,
                f"""
                CREATE TRIGGER kept BEFORE DELETE OR UPDATE OF id ON "{table}"
                FOR EACH ROW EXECUTE FUNCTION refuse_removal()
                """,
                "GRANT EXECUTE ON FUNCTION refuse_removal() TO PUBLIC",
            ],
            reverse_sql=[f'DROP TRIGGER kept ON "{table}"'],
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return self.__class__.__name__, [self.table], {}

    def describe(self) -> str:
        return f"Keep the rows of {self.table} for ever"


class ReverseOnly(RunSQL):
    """
    Let a row of `table` be changed once, from `mark` null to not null, and nothing but `mark` and `others` with it.

    For documents that count until they are reversed.  Deleting is refused, too, but for who passes `AppendOnly`.
    """

    def __init__(self, table: str, *, mark: str, others: Sequence[str] = ()) -> None:
        self.table, self.mark, self.others = table, mark, list(others)
        free = ",".join([mark, *others])
        super().__init__(
            sql=[
                """
                CREATE OR REPLACE FUNCTION refuse_all_but_reversal() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF current_setting('app.purge', true) = 'on' AND current_user = 'backoffice_owner' THEN
                        RETURN coalesce(NEW, OLD);
                    END IF;
                    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) ->> TG_ARGV[0] IS NULL
                       AND to_jsonb(NEW) ->> TG_ARGV[0] IS NOT NULL
                       AND to_jsonb(OLD) - string_to_array(TG_ARGV[1], ',')
                         = to_jsonb(NEW) - string_to_array(TG_ARGV[1], ',') THEN
                        RETURN NEW;
                    END IF;
                    RAISE EXCEPTION 'rows of % are only ever reversed, once', TG_TABLE_NAME
                        USING ERRCODE = 'integrity_constraint_violation';
                END $$
                """,
                f"""
                CREATE TRIGGER reverse_only BEFORE UPDATE OR DELETE ON "{table}"
                FOR EACH ROW EXECUTE FUNCTION refuse_all_but_reversal('{mark}', '{free}')
                """,
                "GRANT EXECUTE ON FUNCTION refuse_all_but_reversal() TO PUBLIC",
            ],
            reverse_sql=[f'DROP TRIGGER reverse_only ON "{table}"'],
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return self.__class__.__name__, [self.table], {"mark": self.mark, "others": self.others}

    def describe(self) -> str:
        return f"Let rows of {self.table} only be reversed"
