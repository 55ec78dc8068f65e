"""Settings: every ``REGISTRY_…`` environment variable, typed, with its default and its meaning."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from registry.kernel.network import is_confidential

_PLACEHOLDER: Final = re.compile(r"\{[xyz]\}")
Environment = Literal["development", "test", "production"]


class Settings(BaseSettings):
    """What one process needs to know; ``registry doctor`` explains each."""

    model_config = SettingsConfigDict(env_prefix="REGISTRY_", env_file=".local/env", extra="ignore")

    environment: Environment = Field(
        default="development", description="In production an example is refused as master key."
    )
    base_url: str = Field(default="http://127.0.0.1:8000", description="Public origin; also the OAuth issuer.")

    database_url: SecretStr | None = Field(
        default=None,
        description="Administrator's URL: roles, extensions, migrations. Not given to web or worker.",
    )
    owner_database_url: SecretStr | None = Field(default=None, description="Login registry_owner: migrations.")
    web_database_url: SecretStr | None = Field(default=None, description="Login registry_web.")
    worker_database_url: SecretStr | None = Field(default=None, description="Login registry_worker.")
    pool_size: int = Field(default=10, ge=1, description="Connections that one web process may have.")
    statement_timeout_ms: int = Field(default=5_000, ge=100, description="Bound on one SQL statement of the web.")

    master_key: SecretStr | None = Field(
        default=None, description="32 bytes, base64: encrypts keys at rest and seals page cursors."
    )
    token_lifetime_s: int = Field(default=600, ge=60, le=3600, description="Lifetime of an access token.")
    signing_key_days: int = Field(default=90, ge=1, description="Days after which another key signs the tokens.")
    token_cache_s: float = Field(default=2.0, ge=0, le=2.0, description="How long a verified token may be trusted.")

    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Addresses or networks, separated by commas, whose forwarded headers count."
    )
    max_body_bytes: int = Field(default=1_000_000, description="Bodies of ordinary requests.")
    max_batch_bytes: int = Field(default=64_000_000, description="NDJSON batches.")
    max_import_bytes: int = Field(default=2_000_000_000, description="Files that landlords send.")

    offboarding_notice_days: int = Field(
        default=7, ge=1, le=90, description="Days from an organisation's asking to leave until it leaves."
    )
    offboarding_retention_days: int = Field(
        default=90,
        ge=1,
        le=730,
        description="Days from an organisation's leaving until its stock and people are purged.",
    )

    listing_daily_homes: int = Field(default=2_000, ge=1, description="Foreign homes an organisation sees a day.")
    feed_daily_items: int = Field(
        default=10_000, ge=1, description="Changes of foreign listings that an organisation reads a day."
    )
    jwks_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Hosts, separated by commas, from which clients' own key sets (jwks_uri) may be fetched.",
    )
    webhook_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Hosts, separated by commas, to which organisations may have events posted."
    )
    pull_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Hosts, separated by commas, from which landlords' files may be fetched; their token servers too.",
    )
    drop_directory: Path | None = Field(
        default=None, description="Where files are left, in ORGANISATION_ID/SOURCE_NAME/; none: nowhere."
    )
    outbound_private: bool = Field(
        default=False, description="Also ask addresses that are not public: development on one machine only."
    )
    previous_master_key: SecretStr | None = Field(
        default=None, description="The master key before this one, while 'registry keys rewrap' has not run yet."
    )

    mail_sender: str = Field(default="registre@localhost", description="From: of the mail that the service sends.")
    mail_directory: Path = Field(
        default=Path(".local/mail"), description="Where mail is written while no SMTP server is named."
    )
    smtp_host: str | None = Field(default=None, description="SMTP server; none: mail_directory.")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Its port.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(default="starttls", description="Encryption to it.")
    smtp_username: str | None = Field(default=None, description="Its user, where it wants one.")
    smtp_password: SecretStr | None = Field(default=None, description="Its password.")

    upstream_issuer: str | None = Field(
        default=None,
        description="OpenID provider at which people may sign in, as its metadata names it; none: no such.",
    )
    upstream_profile: Literal["generic", "proconnect"] = Field(
        default="generic", description="What is asked of the provider and believed of it: see operations.md."
    )
    upstream_name: str = Field(default="SSO", description="The generic provider's name, on the sign-in page.")
    upstream_client_id: str | None = Field(default=None, description="Our name at the provider.")
    upstream_client_secret: SecretStr | None = Field(default=None, description="Our secret at the provider.")
    upstream_algorithm: Literal["RS256", "PS256", "ES256"] = Field(
        default="RS256", description="The one algorithm in which the provider signs, as registered there."
    )

    operator_name: str | None = Field(
        default=None, description="Who operates the service, as the accessibility statement names it."
    )
    operator_contact: str | None = Field(
        default=None, description="E-mail address to which people report what is not accessible."
    )

    geocoding_url: str | None = Field(
        default=None,
        description="Géoplateforme's geocoder, https://data.geopf.fr/geocodage; none: imported addresses alone.",
    )

    geo_api_url: str | None = Field(
        default=None,
        description="API Géo, https://geo.api.gouv.fr; none: communes come from files alone.",
    )

    basemap_url: str | None = Field(
        default=None,
        description="PNG tiles under the map of the console: an https address with {z}, {x}, {y}; none: no base map.",
    )
    basemap_attribution: str | None = Field(
        default=None, description="Who made the base map, as it stands on it; needed with REGISTRY_BASEMAP_URL."
    )
    basemap_directory: Path = Field(
        default=Path(".local/basemap"), description="Where fetched tiles of the base map are kept."
    )
    basemap_mib: int = Field(default=500, ge=1, description="MiB that they may take; the oldest go.")
    basemap_days: int = Field(default=30, ge=1, description="Days after which a tile is fetched anew.")

    metrics_token: SecretStr | None = Field(default=None, description="Bearer token for /metrics; none: loopback only.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Least level that is logged."
    )

    @field_validator("geocoding_url", "geo_api_url")
    @classmethod
    def _confidential(cls, value: str | None) -> str | None:
        if value is not None and not is_confidential(value):
            raise ValueError("must be an https address, without user and fragment")
        return value

    @model_validator(mode="after")
    def _whole_basemap(self) -> Self:
        if self.basemap_url is None:
            return self
        parts = _PLACEHOLDER.split(self.basemap_url)
        if (
            sorted(_PLACEHOLDER.findall(self.basemap_url)) != ["{x}", "{y}", "{z}"]
            or any("{" in part or "}" in part for part in parts)
            or not parts[0].startswith("https://")
            or not urlsplit(parts[0]).path
            or not is_confidential("0".join(parts))
        ):
            raise ValueError(
                "REGISTRY_BASEMAP_URL must be an https address, without user and fragment, with {z}, {x} and {y} in its"
                " path or query, once each"
            )
        if not self.basemap_attribution:
            raise ValueError("REGISTRY_BASEMAP_URL needs REGISTRY_BASEMAP_ATTRIBUTION, which stands on the map")
        return self

    @model_validator(mode="after")
    def _whole_upstream(self) -> Self:
        if self.upstream_issuer is None:
            return self
        if not is_confidential(self.upstream_issuer):
            raise ValueError("REGISTRY_UPSTREAM_ISSUER must be an https address, without user and fragment")
        if self.upstream_client_id is None or self.upstream_client_secret is None:
            raise ValueError(
                "REGISTRY_UPSTREAM_ISSUER needs REGISTRY_UPSTREAM_CLIENT_ID and REGISTRY_UPSTREAM_CLIENT_SECRET"
            )
        return self

    @property
    def in_earnest(self) -> bool:
        """Whether this is no development: by its name, or because the world reaches it over https."""
        return self.environment == "production" or self.base_url.startswith("https:")

    @field_validator("trusted_proxies", "jwks_hosts", "webhook_hosts", "pull_hosts", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.split(",") if part.strip())


@lru_cache
def get_settings() -> Settings:
    return Settings()
