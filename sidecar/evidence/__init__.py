"""What is kept of a comparison, and how it is checked: records, their print, their replay."""
