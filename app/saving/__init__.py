"""From a rendered film to files on the disk, and what they say of themselves."""
