"""Pedestrian networks: nodes and edges of each version of each network, as files of others say."""

from alembic import op

revision = "20261126_1100"
down_revision = "20261126_1070"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE networks (
            version bigint GENERATED ALWAYS AS IDENTITY,
            name text COLLATE "C" NOT NULL,
            active boolean NOT NULL,
            srid integer NOT NULL,
            west double precision NOT NULL,
            south double precision NOT NULL,
            east double precision NOT NULL,
            north double precision NOT NULL,
            nodes integer NOT NULL,
            edges integer NOT NULL,
            sources jsonb NOT NULL,
            imported_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT pk_networks PRIMARY KEY (version),
            CONSTRAINT ck_networks_box CHECK (west <= east AND south <= north)
        );
        CREATE UNIQUE INDEX uq_networks_name ON networks (name) WHERE active;
        CREATE TABLE network_nodes (
            version bigint NOT NULL,
            number integer NOT NULL,
            x double precision NOT NULL,
            y double precision NOT NULL,
            frontier boolean NOT NULL,
            CONSTRAINT pk_network_nodes PRIMARY KEY (version, number),
            CONSTRAINT fk_network_nodes_version_networks
                FOREIGN KEY (version) REFERENCES networks (version) ON DELETE CASCADE
        );
        CREATE TABLE network_edges (
            version bigint NOT NULL,
            number integer NOT NULL,
            start_node integer NOT NULL,
            end_node integer NOT NULL,
            length_m double precision NOT NULL,
            object_id bigint NOT NULL,
            slope_pct real NOT NULL,
            cross_fall_pct real NOT NULL,
            width_m real NOT NULL,
            kerb_m real NOT NULL,
            kind smallint NOT NULL,
            steps smallint NOT NULL,
            surface smallint NOT NULL,
            ramp smallint NOT NULL,
            handrail smallint NOT NULL,
            wheelchair smallint NOT NULL,
            source smallint NOT NULL,
            line geometry(LineString) NOT NULL,
            CONSTRAINT pk_network_edges PRIMARY KEY (version, number),
            CONSTRAINT fk_network_edges_version_networks
                FOREIGN KEY (version) REFERENCES networks (version) ON DELETE CASCADE
        );
        GRANT SELECT ON networks, network_nodes, network_edges TO registry_landlord, registry_coordinator;
        GRANT SELECT, INSERT ON networks, network_nodes, network_edges TO registry_job;
        GRANT DELETE, UPDATE (active) ON networks TO registry_job;
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE network_edges; DROP TABLE network_nodes; DROP TABLE networks;")
