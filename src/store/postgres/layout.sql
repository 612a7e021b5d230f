-- Layout 1. Each statement may be repeated, and the last makes it a store. {C} is the order by bytes.
CREATE SCHEMA IF NOT EXISTS authctl;
-- folded: the name in lower case, so that no two names differ in case only.
-- pick: random, for users whose hash lends its cost to unknown names.
-- version: raised by every edit, which is refused where it is another by then.
CREATE TABLE IF NOT EXISTS authctl.users (
    name text{C} PRIMARY KEY,
    folded text{C} NOT NULL UNIQUE,
    pick bigint,
    full_name text,
    email text,
    hashed_password text,
    disabled boolean NOT NULL DEFAULT false,
    scopes text[] NOT NULL DEFAULT '{}',
    tokens_valid_from timestamptz,
    generation bigint NOT NULL DEFAULT 0,
    version bigint NOT NULL DEFAULT 1
);
CREATE INDEX IF NOT EXISTS users_pick ON authctl.users (pick);
CREATE TABLE IF NOT EXISTS authctl.revoked (
    jti text{C} PRIMARY KEY,
    expires timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS revoked_expires ON authctl.revoked (expires);
CREATE TABLE IF NOT EXISTS authctl.removed (
    name text{C} PRIMARY KEY,
    generation bigint NOT NULL,
    until timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS removed_until ON authctl.removed (until);
-- Any version of authctl reads layout first.
CREATE TABLE IF NOT EXISTS authctl.policy (
    id smallint PRIMARY KEY CHECK (id = 1),
    layout integer NOT NULL,
    document text NOT NULL,
    version bigint NOT NULL DEFAULT 1
);
