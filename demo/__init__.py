"""A stand-in for the public services: their wire formats, simulated histories of real organisations, faults on demand."""
