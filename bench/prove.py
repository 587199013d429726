"""`python -m bench.prove`: compare balances, on-hand and reservations with what they are the sums of."""

import os
import sys

import django


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    django.setup()
    from marketplaces.selectors import due
    from merchants.scope import scope
    from stock.selectors import proof

    with scope(due.merchant_ids()):
        wrong = proof.differences()
    for difference in wrong[:20]:
        print(difference, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
