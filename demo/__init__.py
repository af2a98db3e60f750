"""A stand-in for the public services: wire formats, simulated histories of real organisations, faults on demand."""
