"""Migrations: numbered, forward only, expand–contract, so that the previous release runs while they apply."""
