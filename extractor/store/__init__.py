"""The commitments database: its schema, the one writer, upgrades, exports and the metadata that Datasette shows."""
