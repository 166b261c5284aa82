"""Commands on reference tables."""
