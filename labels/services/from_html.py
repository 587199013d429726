"""Stickers that came as HTML; drawing takes time, so it is done before any transaction."""


def drawn(content: bytes) -> bytes:
    """
    This function will draw a page of HTML as PDF without fetching anything.

    :raises UnknownFile: it holds nothing that can be drawn
    """
    from labels.render import markup  # its engine takes 30 MiB, and hardly any process ever draws HTML

    return markup.pdf_of(content.decode("utf-8", "replace"))
