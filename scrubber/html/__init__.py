"""HTML shared by several pages: elements that escape all text, and the frame of a page."""
