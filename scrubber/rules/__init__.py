"""What several edits share: how payers reckon. Mechanism only; codes, lists and payers are in `edits/`."""
