"""Lays a `renderer.scene.Scene` out as the arrays that the kernels read (`kernels.data`)."""
