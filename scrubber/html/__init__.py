"""HTML that several pages share: elements that escape everything, and the frame of a page."""
