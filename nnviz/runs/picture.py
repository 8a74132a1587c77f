"""How finely a run is drawn: what the frames are made by, and their cost is estimated from."""

GRID_RESOLUTION = 49  # points along a side of the plane
MAP_EVERY = 3  # of them, for the maps of single units
UNITS_SHOWN = 12  # of a layer
