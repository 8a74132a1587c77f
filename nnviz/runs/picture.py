"""The resolution of a run's picture, used to make frames and to estimate their cost."""

GRID_RESOLUTION = 49  # points along a side of the plane
MAP_EVERY = 3  # the map of a single unit uses every third of them
UNITS_SHOWN = 12  # at most, per layer
