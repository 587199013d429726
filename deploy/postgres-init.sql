-- Run once by a superuser inside the empty database; repeating it changes nothing.
-- Roles: the owner migrates, the application works under row-level security, the search role owns the few
-- functions that search past it and is what pg_dump reads as.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'backoffice_owner') THEN
        CREATE ROLE backoffice_owner LOGIN NOSUPERUSER NOBYPASSRLS;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'backoffice_app') THEN
        CREATE ROLE backoffice_app LOGIN NOSUPERUSER NOBYPASSRLS;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'backoffice_search') THEN
        CREATE ROLE backoffice_search NOLOGIN NOSUPERUSER BYPASSRLS;
    END IF;
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT, TEMP ON DATABASE %I TO backoffice_owner, backoffice_app', current_database());
END
$$;

GRANT backoffice_search TO backoffice_owner WITH INHERIT FALSE, SET TRUE;

ALTER SCHEMA public OWNER TO backoffice_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO backoffice_app, backoffice_search;

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;

ALTER DEFAULT PRIVILEGES FOR ROLE backoffice_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO backoffice_app;
ALTER DEFAULT PRIVILEGES FOR ROLE backoffice_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO backoffice_app;
ALTER DEFAULT PRIVILEGES FOR ROLE backoffice_owner IN SCHEMA public
    GRANT SELECT ON TABLES TO backoffice_search;
ALTER DEFAULT PRIVILEGES FOR ROLE backoffice_owner IN SCHEMA public
    GRANT SELECT ON SEQUENCES TO backoffice_search;
-- Without IN SCHEMA: a per-schema entry can only add to what everybody has by default, never take it away.
ALTER DEFAULT PRIVILEGES FOR ROLE backoffice_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
