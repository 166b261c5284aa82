"""Commands for an office that begins: freeze what is known, compare before something is changed."""
