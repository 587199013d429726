"""Rows that everything else names: their keys, the same in every run."""

WAREHOUSE, SUPPLIER, CUSTOMER, LOSS, DOCK, TABLE, QUARANTINE, FIRST_CELL = 1, 1, 2, 3, 4, 5, 6, 7
TINY = 6  # the merchant with three orders, beside which lists of the others show what grows
EVERYBODY, TINY_OWNER, FIRST_PICKER, PICKERS = 1, 2, 11, 20
PER_WAVE = 100
