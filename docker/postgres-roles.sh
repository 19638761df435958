#!/bin/sh
# Run once by the image of PostgreSQL when it makes the database: the role that row security is written for, and the login of the
# application, which is a member of it and nothing more.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set password="$(cat /run/secrets/app_password)" <<'SQL'
CREATE ROLE perennial_app NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
CREATE ROLE perennial LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'password';
GRANT perennial_app TO perennial;
REVOKE ALL ON DATABASE perennial FROM PUBLIC;
GRANT CONNECT ON DATABASE perennial TO perennial;
SQL
