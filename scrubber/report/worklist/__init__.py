"""The work list: a row for every finding to act on, as CSV and as a workbook."""
