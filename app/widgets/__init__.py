"""The pieces that pages are made of. Streamlit is used here, in app/views, app/main.py and app/serve.py, and nowhere else."""
