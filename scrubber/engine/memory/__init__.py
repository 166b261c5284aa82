"""Remember what was decided about a subject, and by which of its parts."""
