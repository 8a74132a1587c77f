"""One visit: the visitor's state, and the messages between the session and the stage."""
