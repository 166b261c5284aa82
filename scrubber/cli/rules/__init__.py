"""Commands on edits and packs, and the manual page of an edit."""
