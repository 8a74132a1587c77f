"""The controls beside the stage."""
