"""The server: Streamlit's pages, and beside them stable addresses for data, health and static files."""

import streamlit as st

from web.middleware import MIDDLEWARE
from web.routes import ROUTES
from web.start import lifespan

app = st.App("overview.py", routes=ROUTES, middleware=MIDDLEWARE, lifespan=lifespan)
