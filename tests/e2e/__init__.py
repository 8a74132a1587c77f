"""The running page in a real browser: what a visitor sees, presses and waits for."""
