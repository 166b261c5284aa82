"""Payers' answers in a spool: imported into the feedback store, and entered on the claim work list."""
