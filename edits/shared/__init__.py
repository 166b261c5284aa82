"""What several edits share: NCCI, coverage articles, doses, routes, containers. No codes, no payers."""
