"""The ledger: typed measurement files with their provenance, append-only."""
