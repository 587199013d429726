# Two stages: npm's files, then the application.  Postgres, the broker and Node stay outside the image.

FROM node:24-slim AS pages
WORKDIR /pages
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM postgres:18-bookworm AS postgres

FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 STATIC_ROOT=/app/staticfiles FILES_DIR=/data/files
WORKDIR /app

# The client programs of the same major version as the server, for backup and restore.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpq5 liblz4-1 libzstd1 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=postgres /usr/lib/postgresql/18/bin/pg_dump /usr/lib/postgresql/18/bin/pg_restore /opt/postgres/bin/
COPY --from=postgres /usr/lib/*-linux-gnu/libpq.so.5* /opt/postgres/lib/
ENV POSTGRES_PROGRAMS=/opt/postgres/bin LD_LIBRARY_PATH=/opt/postgres/lib

COPY requirements/run.lock requirements/run.lock
RUN pip install --require-hashes -r requirements/run.lock

COPY --from=pages /pages/node_modules frontend/node_modules
COPY . .
# Settings have no fallback for services; collecting files speaks to none of them.
RUN python -m backoffice.messages && SECRET_KEY=build ENCRYPTION_KEYS=build DEBUG=false ALLOWED_HOSTS=localhost \
    DATABASE_URL=postgresql://nobody@nowhere/nothing REDIS_URL=redis://nowhere/1 BROKER_URL=redis://nowhere/0 \
    python manage.py collectstatic --no-input \
    && useradd --uid 10001 --no-create-home backoffice \
    && install -d -o backoffice -g backoffice /data/files /data/backups

USER backoffice
VOLUME /data
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
     "--blocking-threads", "2", "--no-ws", "--respawn-failed-workers", "backoffice.wsgi:application"]
