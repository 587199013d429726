"""A seller's article where an id is wanted: some marketplaces take 255 letters, our keys hold 60."""

import hashlib

LONGEST_KEY = 60
SIGN = 16


def key_of(article: str) -> str:
    """This function will give the article itself, or its beginning and a sign of the whole where it is too long."""
    if len(article) <= LONGEST_KEY:
        return article
    sign = hashlib.sha1(article.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()[:SIGN]
    return f"{article[: LONGEST_KEY - SIGN - 1]}#{sign}"
