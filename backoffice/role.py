"""Which database role the application may run as."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connection as default_connection
from django.db.backends.base.base import BaseDatabaseWrapper

_accepted: set[tuple[str, str, str]] = set()


class PrivilegedRole(ImproperlyConfigured):
    """The role is a superuser or bypasses row-level security: one forgotten filter would show everybody's data."""


def refuse_privileged_role(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """
    Look at the role of a new connection, once per process and address.

    :raises PrivilegedRole: the role is a superuser or has BYPASSRLS.
    """
    address = (
        str(connection.settings_dict["HOST"]),
        str(connection.settings_dict["NAME"]),
        str(connection.settings_dict["USER"]),
    )
    if address in _accepted:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        role, privileged = cursor.fetchone()
    if privileged:
        connection.close()
        raise PrivilegedRole(
            f"The database role {role} is a superuser or bypasses row-level security: "
            "set DATABASE_URL to the role backoffice_app."
        )
    _accepted.add(address)


def check_role() -> None:
    """This function will connect once, so that a wrong role is refused at the start and not at the first page."""
    default_connection.ensure_connection()
    default_connection.close()
