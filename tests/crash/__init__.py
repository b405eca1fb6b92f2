"""Runs that are killed at random moments and gone on with: `make test-crash`."""
