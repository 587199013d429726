"""Files that the marketplaces hand out: barcodes, PNG, SVG, ZPL and PDF, written with the standard library."""
