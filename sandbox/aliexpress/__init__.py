"""AliExpress Russia, played by the reconstructed specification: tasks, shipments, handover lists, own delivery."""
