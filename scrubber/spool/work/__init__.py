"""Worker processes: what they do, what limits them, who starts them."""
