"""Readers of plain mesh files: Wavefront OBJ with MTL, PLY and STL."""
