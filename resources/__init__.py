"""Icons, the demo scene and the benchmark scene, with the scripts that make the scenes."""
