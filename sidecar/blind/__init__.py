"""Two answers without names: who stands where, what gives a model away, the votes."""
