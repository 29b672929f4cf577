"""Small scenes made by hand, for the tracer's tests."""

from __future__ import annotations

import numpy as np

from renderer.scene import Camera, Environment, Instance, Material, Mesh, Scene

WHITE = Material(base_color=(1.0, 1.0, 1.0, 1.0), metallic=0.0, specular=0.0)


def place(x: float = 0.0, y: float = 0.0, z: float = 0.0, scale: float = 1.0) -> np.ndarray:
    matrix = np.eye(4)
    matrix[:3, :3] *= scale
    matrix[:3, 3] = (x, y, z)
    return matrix


def make_quad(material: int, half: float = 1.0) -> Mesh:
    """A square in the xy plane that faces +z, with UVs and tangents along x."""
    corners = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]], np.float32) * half
    normals = np.tile(np.array([0.0, 0.0, 1.0], np.float32), (4, 1))
    uv = np.array([[0, 1], [1, 1], [1, 0], [0, 0]], np.float32)
    triangles = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
    return Mesh(corners, triangles, material, normals=normals, uv_sets=(uv,))


def make_sphere(material: int, radius: float = 1.0, steps: int = 24) -> Mesh:
    """A latitude-longitude sphere with smooth normals."""
    theta = np.linspace(0.0, np.pi, steps + 1)
    phi = np.linspace(0.0, 2.0 * np.pi, 2 * steps + 1)
    t, p = np.meshgrid(theta, phi, indexing="ij")
    normals = np.stack([np.sin(t) * np.cos(p), np.cos(t), np.sin(t) * np.sin(p)], axis=-1)
    rows, columns = steps, 2 * steps
    index = np.arange((rows + 1) * (columns + 1)).reshape(rows + 1, columns + 1)
    a, b = index[:-1, :-1].ravel(), index[:-1, 1:].ravel()
    c, d = index[1:, 1:].ravel(), index[1:, :-1].ravel()
    triangles = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
    normals = normals.reshape(-1, 3).astype(np.float32)
    uv = np.stack([p / (2 * np.pi), t / np.pi], axis=-1).reshape(-1, 2).astype(np.float32)
    return Mesh(
        normals * np.float32(radius),
        triangles.astype(np.int32),
        material,
        normals=normals,
        uv_sets=(uv,),
    )


def make_camera(z: float = 3.0, yfov: float | None = 0.8, ymag: float = 1.0) -> Camera:
    return Camera("camera", place(z=z), yfov=yfov, ymag=ymag)


def make_sky(value: float = 1.0) -> Environment:
    return Environment(np.full((2, 4, 3), value, np.float32))


def make_scene(*meshes: Mesh, materials: tuple[Material, ...], **more) -> Scene:
    """A scene of these meshes where they are, seen from +z."""
    more.setdefault("cameras", (make_camera(),))
    instances = tuple(Instance(i, np.eye(4)) for i in range(len(meshes)))
    return Scene(meshes, more.pop("instances", instances), materials, **more)
