"""1C and other programs."""

from backoffice import env

# Raw files, sessions and packages of the exchange.
EXCHANGE_DAYS = env.whole("EXCHANGE_DAYS", 30)
# What 1C is told to cut its files into, and what one request may carry at most.
EXCHANGE_PART_BYTES = env.whole("EXCHANGE_PART_BYTES", 10 * 1024 * 1024)
EXCHANGE_REQUEST_BYTES = env.whole("EXCHANGE_REQUEST_BYTES", 100 * 1024 * 1024)
# One file, all its parts together; and what may come out of one archive.
EXCHANGE_FILE_BYTES = env.whole("EXCHANGE_FILE_BYTES", 1024 * 1024 * 1024)
EXCHANGE_UNPACKED_BYTES = env.whole("EXCHANGE_UNPACKED_BYTES", 4 * 1024 * 1024 * 1024)
EXCHANGE_ZIP = env.flag("EXCHANGE_ZIP", True)
# Networks inside which webhooks may be sent too; empty: to the public internet alone.
WEBHOOK_NETWORKS = env.words("WEBHOOK_NETWORKS", "")
