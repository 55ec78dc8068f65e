"""Tenancy: the functions that bind a transaction to an organisation, and the append-only audit."""

from alembic import op

revision = "20261123_0900"
down_revision = None


def upgrade() -> None:
    op.execute(
        """
        CREATE FUNCTION current_organisation() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
        RETURN nullif(current_setting('registry.organisation', true), '')::uuid;

        CREATE FUNCTION current_actor() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
        RETURN nullif(current_setting('registry.actor', true), '');

        CREATE FUNCTION current_territories() RETURNS integer[] LANGUAGE sql STABLE PARALLEL SAFE
        RETURN coalesce(nullif(current_setting('registry.territories', true), ''), '{}')::integer[];
        """
    )
    # The territories are read by a function that a later migration replaces once adhesions exist: bind() stays as
    # it is. bind() is SECURITY DEFINER because set_config is revoked from everybody but the owner.
    op.execute(
        """
        CREATE FUNCTION territories_in_force(organisation uuid) RETURNS integer[] LANGUAGE sql STABLE
        RETURN '{}'::integer[];
        REVOKE EXECUTE ON FUNCTION territories_in_force(uuid) FROM PUBLIC;

        CREATE FUNCTION bind(organisation uuid, actor text) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, public, pg_temp AS $$
        BEGIN
            IF coalesce(current_setting('registry.actor', true), '') <> '' THEN
                RAISE EXCEPTION 'this transaction is bound already' USING ERRCODE = 'insufficient_privilege';
            END IF;
            IF coalesce(actor, '') = '' THEN  -- it would leave the transaction open to a second binding
                RAISE EXCEPTION 'a transaction is bound to an actor' USING ERRCODE = 'insufficient_privilege';
            END IF;
            PERFORM set_config('registry.actor', actor, true),
                    set_config('registry.organisation', coalesce(organisation::text, ''), true),
                    set_config('registry.territories', CASE WHEN organisation IS NULL THEN ''
                        ELSE territories_in_force(organisation)::text END, true);
        END $$;
        REVOKE EXECUTE ON FUNCTION bind(uuid, text) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION bind(uuid, text)
            TO registry_landlord, registry_coordinator, registry_auth, registry_job;
        """
    )


def downgrade() -> None:
    op.execute(
        """
        DROP FUNCTION bind(uuid, text);
        DROP FUNCTION territories_in_force(uuid);
        DROP FUNCTION current_territories();
        DROP FUNCTION current_actor();
        DROP FUNCTION current_organisation();
        """
    )
