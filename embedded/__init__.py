"""The stack on one machine: Postgres, a broker and every process of the product under one supervisor."""
