"""Works that an owner agreed to have done before somebody moves in, told to those for whose case a home nearly fits."""

from alembic import op

revision = "20261127_3700"
down_revision = "20261127_3650"


def upgrade() -> None:
    # SECURITY DEFINER, held to what its caller may know: of listings that it may see and that are free, the works that
    # their owners agreed to, each with its cost widened to the next of a few amounts; nothing else that is feasible.
    op.execute(
        """
        ALTER TABLE feasible_works ADD COLUMN before_entry boolean NOT NULL DEFAULT false;
        CREATE POLICY feasible_works_told ON feasible_works FOR SELECT TO registry_owner
            USING (before_entry AND current_setting('registry.told', true) <> '');

        CREATE FUNCTION agreed_works(asked uuid[])
        RETURNS TABLE (listing_id uuid, work text, cost_from_cents integer, cost_to_cents integer)
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, public, pg_temp AS $$
        DECLARE
            amounts CONSTANT integer[] := '{0,50000,100000,200000,500000,1000000,2000000,5000000}';
            listed uuid;
        BEGIN
            FOR listed IN SELECT l.id FROM listings l WHERE l.id = ANY(asked) AND l.bookable
                AND l.territory_id = ANY (current_territories()::integer[])
            LOOP
                PERFORM set_config('registry.told', listed::text, true);
                RETURN QUERY
                SELECT listed, f.work,
                    (SELECT max(amount) FROM unnest(amounts) amount WHERE amount <= min(f.cost_from_cents)),
                    (SELECT min(amount) FROM unnest(amounts) amount WHERE amount >= max(f.cost_to_cents))
                FROM homes h
                JOIN residences r ON r.organisation_id = h.organisation_id AND r.id = h.residence_id
                JOIN feasible_works f ON f.organisation_id = h.organisation_id
                    AND (f.home_ref = h.ref OR f.residence_ref = r.ref)
                WHERE h.listing_id = listed AND f.before_entry
                GROUP BY f.work;
            END LOOP;
            PERFORM set_config('registry.told', '', true);
        END $$;
        REVOKE EXECUTE ON FUNCTION agreed_works(uuid[]) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION agreed_works(uuid[]) TO registry_landlord;
        """
    )


def downgrade() -> None:
    op.execute(
        """
        DROP FUNCTION agreed_works(uuid[]);
        DROP POLICY feasible_works_told ON feasible_works;
        ALTER TABLE feasible_works DROP COLUMN before_entry;
        """
    )
