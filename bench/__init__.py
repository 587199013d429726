"""
The budgets, measured: `python3 run.py bench [NAME…] [--quick] [--long]`.

A subject is one module in this folder that says

    ROWS = ("ingest_ratio",)         # the figures it gives; a name on the command line chooses by prefix
    DATABASE = "empty"               # optional: "empty", a fresh migrated one; "trade", the big one, kept between runs
    def measure(quick: bool) -> list[Row]: ...

Each runs in a process of its own, with Django set up and the application's role where it asked for a database.  Rows
are made by `bench.row.row`; side figures are named `name.part`.  Nothing else has to be registered.
"""
