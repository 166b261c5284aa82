"""The implementation guide (TR3) 005010X222A1: what it covers, and validation of segments against it."""
