"""The version of this package, as reports state it and as the build reads it."""

__version__ = "0.2.0"
