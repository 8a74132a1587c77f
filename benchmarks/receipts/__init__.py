"""Check that the exported code for other libraries gives the same probabilities there."""
