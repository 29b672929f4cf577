"""What stands between the film and the frame buffer: display, history, denoising."""
