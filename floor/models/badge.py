"""Badges: a code to scan and a PIN, for people who change at one table all day."""

from django.db import models


class Badge(models.Model):
    """
    The badge of a person; a new one makes the old one worthless.

    code_digest: SHA-256 of 16 random digits, so that the table gives no badge away.  pin: hashed as passwords are.
    failures: wrong PINs since the last right one; at the limit the badge is dead until a new one is given.
    """

    person = models.OneToOneField("merchants.Person", on_delete=models.CASCADE, related_name="+")
    code_digest = models.CharField(max_length=64, unique=True)
    pin = models.CharField(max_length=128)
    failures = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("merchants.Person", on_delete=models.PROTECT, db_index=False, related_name="+")

    def __str__(self) -> str:
        return str(self.person)
