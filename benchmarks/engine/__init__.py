"""How fast the engine is, side by side with the libraries it is compared with."""
