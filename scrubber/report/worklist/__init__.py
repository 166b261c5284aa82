"""The work list: a row for every finding, as CSV and as a workbook."""
