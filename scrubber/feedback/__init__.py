"""What payers answered, next to what the edits said: matching, verdicts on denials, and what they teach."""
