"""What a frame costs the server, and what a run costs beyond its training."""
