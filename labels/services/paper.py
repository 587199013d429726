"""Lists on paper; drawing takes time, so it is done outside any transaction."""

from labels.render import paper
from labels.render.paper import Column, Paper

__all__ = ["Column", "Paper", "drawn"]


def drawn(content: Paper) -> bytes:
    """Draw a list as PDF on A4 pages."""
    return paper.draw(content)
