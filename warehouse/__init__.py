"""From the lake to releases: built, checked, published, and read by everybody else."""
