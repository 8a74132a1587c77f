"""A run taken home: as a script, as another library's code, as files. Data in, text out."""

from nnviz.export.script import numpy_script

__all__ = ["numpy_script"]
