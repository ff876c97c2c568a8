"""What maintainers and the build run. None of it is installed."""
