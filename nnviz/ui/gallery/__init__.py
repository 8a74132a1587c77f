"""The presets as cards."""
