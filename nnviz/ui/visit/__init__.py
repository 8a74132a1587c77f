"""One visit: what the session holds, and how it is told and asked."""
