"""AliExpress Russia: orders shipped by the platform's carriers or by the seller, by a reconstructed specification."""
