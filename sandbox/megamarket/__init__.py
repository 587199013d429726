"""Megamarket, played: lots that are units, actions that are taken now and done later, pushes to the seller."""
