"""What is served beside Streamlit, at stable addresses."""
