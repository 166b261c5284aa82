"""The implementation guide 005010X222A1: which transactions are its, and where in it a segment stands."""
