"""Speaking to marketplaces."""

from backoffice import env

# How many times faster than ours the sandbox's clock runs; limits and pauses are divided by it there, never elsewhere.
SANDBOX_SPEED = float(env.text("SANDBOX_SPEED", "1"))
# A key that ends sooner is announced.
KEY_EXPIRY_WARNING_DAYS = 14
