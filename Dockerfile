# One image for dashboard and scheduler. Two stages: the second holds no installer's leftovers and runs as nobody special.
ARG PYTHON_IMAGE=python:3.11.14-slim-bookworm

FROM ${PYTHON_IMAGE} AS packages
WORKDIR /app
RUN python -m venv .venv
# Packages before code: a change of code does not install them again.
COPY requirements.txt .
RUN .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt
# Streamlit's browser files, brotli-compressed once at the best quality: a first visit weighs a third.
COPY web/__init__.py web/__main__.py web/compressed.py web/
RUN .venv/bin/python -m web compress && .venv/bin/python -m compileall -q .venv

FROM ${PYTHON_IMAGE}
RUN useradd --system --create-home --uid 10001 observatory \
    && mkdir -p /app/data && chown observatory /app/data
WORKDIR /app
COPY --from=packages /app/.venv .venv
COPY --from=packages /app/build build
COPY . .
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    OMO_DATA_DIR=/app/data
USER observatory
VOLUME /app/data
EXPOSE 8501
# Unhealthy also means: the data is older than twice its schedule, or there is no release yet (the first run takes a while).
HEALTHCHECK --interval=30s --timeout=5s --start-period=60m --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["streamlit", "run", "app.py", "--server.address", "0.0.0.0", "--server.port", "8501"]
