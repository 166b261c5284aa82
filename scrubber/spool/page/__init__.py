"""The spool's HTML page."""
