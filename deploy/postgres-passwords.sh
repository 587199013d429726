#!/usr/bin/env bash
# Runs once, after the roles were made, in the empty data directory of the container.
set -euo pipefail
psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set=owner="$OWNER_PASSWORD" --set=app="$APP_PASSWORD" <<'SQL'
ALTER ROLE backoffice_owner PASSWORD :'owner';
ALTER ROLE backoffice_app PASSWORD :'app';
SQL
