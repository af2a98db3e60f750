"""What is measured, how, and against what: `python -m benchmarks`. Figures for reading, never timed asserts."""
