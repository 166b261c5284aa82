"""Reports: typed values, records by schema, masking, and a module for each format."""
