"""The steps of a job: arrival, intake, publishing, failing, recovery."""
