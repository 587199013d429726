"""How long what must not be kept for ever is kept."""

from backoffice import env

# Names, phones and addresses of buyers; marketplaces may ask for less.
BUYER_DATA_DAYS = env.whole("BUYER_DATA_DAYS", 90)
# Payloads as received, encrypted, for parsing again.
RAW_PAYLOAD_DAYS = env.whole("RAW_PAYLOAD_DAYS", 180)
# Requests to marketplaces and their answers, masked.
ATTEMPT_DAYS = env.whole("ATTEMPT_DAYS", 30)
