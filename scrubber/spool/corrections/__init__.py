"""Corrections of held claims: new values for single elements, and the file that goes back to in/."""
