"""Files that came from a marketplace in parts."""

from collections.abc import Sequence
from io import BytesIO

import pikepdf

from marketplaces.errors import ContractBroken


def joined(files: Sequence[bytes]) -> bytes:
    """
    This function will make one PDF of several, their pages in the order given.

    :raises ContractBroken: one of several is no PDF
    """
    if len(files) == 1:
        return files[0]
    whole, out = pikepdf.new(), BytesIO()
    try:
        for file in files:
            with pikepdf.open(BytesIO(file)) as part:
                whole.pages.extend(part.pages)
        whole.save(out)
    except pikepdf.PdfError as reason:
        raise ContractBroken("the sticker is no PDF", payload={"size": sum(map(len, files))}) from reason
    return out.getvalue()
