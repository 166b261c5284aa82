"""Worker processes: what they do, their limits, and what starts them."""
