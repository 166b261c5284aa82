"""Loading edits, packs, sources and the configuration; errors name file and line."""
