"""Reading glTF 2.0 scenes (`.gltf`, `.glb`)."""
