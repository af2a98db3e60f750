"""The way in: collect raw bytes, tidy them, keep them in the lake, hand them to the warehouse."""
