"""A topic of prompts asked many times: runs, their files, who judges, the tables."""
