"""A site of advertisements: it has no interface, it fetches the file of offers that a seller has told it of."""
