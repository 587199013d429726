"""Sites that nobody speaks to: they read a feed, and their orders are entered by people."""
