"""Settings: every ``REGISTRY_…`` environment variable, typed, with its default and its meaning."""

from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Environment = Literal["development", "test", "production"]


class Settings(BaseSettings):
    """What one process needs to know; ``registry doctor`` explains each."""

    model_config = SettingsConfigDict(env_prefix="REGISTRY_", env_file=".local/env", extra="ignore")

    environment: Environment = Field(default="development", description="A name for people; nothing depends on it.")
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
    token_cache_s: float = Field(default=2.0, ge=0, le=2.0, description="How long a verified token may be trusted.")

    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Addresses or networks, separated by commas, whose forwarded headers count."
    )
    max_body_bytes: int = Field(default=1_000_000, description="Bodies of ordinary requests.")
    max_batch_bytes: int = Field(default=64_000_000, description="NDJSON batches.")

    listing_daily_homes: int = Field(default=2_000, ge=1, description="Distinct foreign homes a client may see a day.")
    metrics_token: SecretStr | None = Field(default=None, description="Bearer token for /metrics; none: loopback only.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Least level that is logged."
    )

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.split(",") if part.strip())


@lru_cache
def get_settings() -> Settings:
    return Settings()
