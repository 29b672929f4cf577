"""Which glTF extensions are understood, and what to say about the others."""

from __future__ import annotations

from renderer.gltf import draco
from renderer.gltf.place import Place
from renderer.scene import SceneError

#: Extensions whose whole content reaches the picture (or that carry none).
SUPPORTED = frozenset(
    {
        "EXT_mesh_gpu_instancing",
        "EXT_meshopt_compression",
        "EXT_texture_webp",
        "KHR_lights_punctual",
        "KHR_materials_anisotropy",
        "KHR_materials_clearcoat",
        "KHR_materials_dispersion",
        "KHR_materials_emissive_strength",
        "KHR_materials_ior",
        "KHR_materials_iridescence",
        "KHR_materials_pbrSpecularGlossiness",
        "KHR_materials_sheen",
        "KHR_materials_specular",
        "KHR_materials_transmission",
        "KHR_materials_unlit",
        "KHR_materials_volume",
        "KHR_mesh_quantization",
        "KHR_node_visibility",
        "KHR_texture_transform",
        # Nothing of these belongs into a still picture in the default variant.
        "KHR_animation_pointer",
        "KHR_materials_variants",
        "KHR_xmp",
        "KHR_xmp_json_ld",
    }
)

#: What to do about extensions that are common in the wild.
_WAYS_OUT = {
    "KHR_meshopt_compression": "export it without mesh compression (gltfpack: without -c)",
    draco.EXTENSION: draco.WAY_OUT,
    "KHR_texture_basisu": "export it with PNG or JPEG textures instead of KTX2",
    "MSFT_texture_dds": "export it with PNG or JPEG textures instead of DDS",
    "EXT_texture_avif": "export it with PNG or JPEG textures instead of AVIF",
}


def extension_names(root: Place, key: str) -> tuple[str, ...]:
    """The names in `extensionsUsed` or `extensionsRequired`, in the file's order."""
    return tuple(place.text() for place in root.list_of(key))


def check_required(root: Place) -> None:
    """Refuses a file that cannot be shown without an extension we do not know.

    Raises:
        SceneError: names the extensions and the way out.
    """
    unknown = [n for n in extension_names(root, "extensionsRequired") if not is_supported(n)]
    if not unknown:
        return
    names = ", ".join(unknown[:8]) + (", ..." if len(unknown) > 8 else "")
    raise SceneError(
        f"{root.file}: extensionsRequired: cannot be read without {names}; {way_out(unknown[0])}"
    )


def is_supported(name: str) -> bool:
    """Whether the extension `name` can be shown on this computer."""
    return name in SUPPORTED or (name == draco.EXTENSION and draco.is_installed())


def way_out(name: str) -> str:
    """What the user can do about a file that needs the extension `name`."""
    return _WAYS_OUT.get(name, "export the scene again without it")
