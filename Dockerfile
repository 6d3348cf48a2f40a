# Chasqui's one image: web server, worker, scheduler and every manage.py command.
# Two stages: what builds stays behind; the second holds Python, the locked dependencies and the code.

FROM python:3.11.14-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements.lock /tmp/requirements.lock
RUN /opt/venv/bin/pip install --no-deps --require-hashes --no-input -r /tmp/requirements.lock
COPY . /opt/chasqui
WORKDIR /opt/chasqui
# The key signs nothing: gathering files needs one to start with.
RUN SECRET_KEY=only-to-gather-files DATA_DIR=/tmp/data STATIC_DIR=/opt/static \
    /opt/venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && /opt/venv/bin/python -m compileall -q /opt/chasqui \
    && rm -rf /opt/venv/lib/python3.11/site-packages/pip* /opt/venv/bin/pip*

FROM python:3.11.14-slim-bookworm
# OCR of scans, where wanted: --build-arg WITH_OCR=1.
ARG WITH_OCR=0
RUN if [ "$WITH_OCR" = 1 ]; then \
        apt-get update && apt-get install -y --no-install-recommends tesseract-ocr tesseract-ocr-spa \
        && rm -rf /var/lib/apt/lists/*; \
    fi \
    && groupadd --gid 10001 chasqui \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin chasqui \
    && install -d -o chasqui -g chasqui -m 0750 /var/lib/chasqui
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/static /opt/static
COPY --from=build /opt/chasqui /opt/chasqui
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/var/lib/chasqui STATIC_DIR=/opt/static
WORKDIR /opt/chasqui
USER 10001:10001
VOLUME /var/lib/chasqui
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=40s --retries=3 \
    CMD ["python", "-m", "config.alive", "http://127.0.0.1:8000/health/live"]
CMD ["gunicorn", "--config", "python:config.gunicorn", "--bind", "0.0.0.0:8000", "--graceful-timeout", "30"]
