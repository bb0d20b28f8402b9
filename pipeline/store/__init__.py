"""The ledger: what was accepted, from which cell of which file, kept as Parquet."""
