"""The settings of a running agent: the environment, then `.env.local`, then `.env`.

`.env.sample` lists them all with their defaults; a test keeps it so.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from commercial_agent.errors import InvalidSettings


def _listed(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


Folder = Annotated[Path, AfterValidator(_absolute)]


class Settings(BaseSettings):
    """Every setting, by its name in the environment."""

    model_config = SettingsConfigDict(env_file=(".env", ".env.local"), env_ignore_empty=True, extra="ignore")

    host: str = Field(default="127.0.0.1", description="address to listen on; 0.0.0.0 in a container")
    port: int = Field(default=8000, ge=0, le=65535, description="port to listen on")
    public_base_url: str = Field(
        default="", description="the address Twilio calls, without a path: https://bot.example.com"
    )
    data_dir: Folder = Field(default=Path(".data"), description="where everything that is written goes")
    database_url: SecretStr = Field(
        default=SecretStr(""), description="PostgreSQL with pgvector; empty: the embedded one"
    )
    database_pool: int = Field(
        default=32, ge=4, le=200, description="turns hold a connection: more than WORKER_CONCURRENCY"
    )

    dealership_dir: Folder = Field(default=Path("dealership"), description="the dealership profile")
    catalog_path: Folder | None = Field(default=None, description="another catalogue: CSV, Parquet or XLSX")

    twilio_account_sid: str = Field(default="", description="ACxxxxxxxx")
    twilio_auth_token: SecretStr = Field(default=SecretStr(""), description="signs the webhooks and sends")
    twilio_auth_token_next: SecretStr = Field(
        default=SecretStr(""), description="accepted too while the token is rotated"
    )
    twilio_phone_number: str = Field(default="", description="the WhatsApp sender, E.164: +5215512345678")
    twilio_messaging_service_sid: str = Field(default="", description="MGxxxxxxxx, optional")
    twilio_template_sid: str = Field(
        default="", description="HXxxxxxxxx: approved template for after the 24 hours; {{1}} is our text"
    )
    twilio_messages_per_second: float = Field(default=80.0, gt=0, le=1000, description="of all workers together")
    twilio_customer_burst: int = Field(default=10, ge=1, le=100, description="messages one customer gets at once")
    twilio_customer_seconds: float = Field(default=6.0, gt=0, le=600, description="then one more after so many seconds")
    twilio_api_base_url: str = Field(default="https://api.twilio.com", description="another address for a test double")

    handoff_webhook_url: str = Field(default="", description="told when a customer asks for a person, as signed JSON")
    crm_webhook_url: str = Field(default="", description="told of every lead that is new or changed, as signed JSON")
    webhook_secret: SecretStr = Field(default=SecretStr(""), description="signs both, 16 characters or more")
    smtp_host: str = Field(default="", description="mail server that tells the sellers; empty: no e-mail")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="of the mail server")
    smtp_security: Literal["starttls", "tls", "none"] = Field(default="starttls", description="of the connection to it")
    smtp_username: str = Field(default="", description="of the mail server; empty: no login")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="of the mail server")
    smtp_from: str = Field(default="", description="sender of the e-mail")
    sellers_email: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)] = Field(
        default=(), description="recipients, comma separated"
    )

    chat_api_key: SecretStr = Field(
        default=SecretStr(""), description="bearer key of /api/chat; empty: this machine only"
    )
    console_password: SecretStr = Field(default=SecretStr(""), description="of the web pages; empty: this machine only")
    metrics_token: SecretStr = Field(
        default=SecretStr(""), description="bearer token of /metrics; empty: this machine only"
    )
    secret_key: SecretStr = Field(
        default=SecretStr(""), description="signs links and cookies; empty: one is made in DATA_DIR"
    )

    llm_model: str = Field(default="", description="openai:gpt-5-mini, anthropic:…, ollama:…; empty: the local engine")
    llm_fallback_models: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)] = Field(
        default=(), description="tried in order, comma separated"
    )
    llm_base_url: str = Field(default="", description="an OpenAI-compatible server")
    llm_api_key: SecretStr = Field(default=SecretStr(""), description="where the provider's own variable is not set")
    llm_timeout: float = Field(default=4.0, gt=0, description="seconds for one call")
    llm_turn_deadline: float = Field(default=8.0, gt=0, description="seconds for all calls of a turn")
    llm_concurrency: int = Field(default=20, ge=1, le=500, description="calls at once to one model")
    llm_responses_api: bool = Field(default=False, description="OpenAI's Responses API in place of chat completions")
    llm_conversation_budget: Decimal = Field(
        default=Decimal("0.25"), ge=0, description="US dollars a day for one conversation; then the local engine"
    )
    llm_day_budget: Decimal = Field(
        default=Decimal("20"), ge=0, description="US dollars a day for all; then the local engine"
    )
    llm_input_price: Decimal | None = Field(
        default=None, ge=0, description="US dollars for a million tokens; empty: list price"
    )
    llm_output_price: Decimal | None = Field(default=None, ge=0, description="the same for tokens that are written")
    llm_cache_hours: float = Field(
        default=24.0, ge=0, description="how long an answer serves for the very same words; 0: never"
    )
    transcription_model: str = Field(
        default="", description="openai:gpt-4o-mini-transcribe, whisper-1 …; empty: voice notes are not heard"
    )
    transcription_base_url: str = Field(default="", description="its OpenAI-compatible server; empty: LLM_BASE_URL")
    transcription_minute_price: Decimal | None = Field(
        default=None, ge=0, description="US dollars for a minute of speech; empty: list price"
    )
    embeddings_model: str = Field(
        default="", description="openai:text-embedding-3-small …; empty: the local sparse index"
    )

    langsmith_tracing: bool = Field(default=False, description="send a trace of every turn")
    langsmith_api_key: SecretStr = Field(default=SecretStr(""), description="of your LangSmith account")
    langsmith_endpoint: str = Field(default="", description="another address than LangSmith's own")
    langsmith_project: str = Field(default="commercial-agent", description="the project traces go to")

    workers: bool = Field(default=True, description="run the job worker inside the web process")
    worker_concurrency: int = Field(default=20, ge=1, le=200, description="turns at once in one process")
    customer_messages_ten_seconds: int = Field(
        default=20, ge=1, le=1000, description="of one customer; more are answered with one notice"
    )
    customer_messages_minute: int = Field(default=60, ge=1, le=1000, description="the same for a minute")
    retention_days: int = Field(
        default=730, ge=0, le=36_500, description="silent customers are erased after so long; 0: never"
    )
    quiet_window: float = Field(default=1.2, ge=0, le=10, description="seconds of silence that end a WhatsApp burst")
    quiet_window_max: float = Field(default=4.0, ge=0, le=30, description="seconds a burst may last")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="what is logged")
    log_format: Literal["json", "console"] = Field(default="json", description="how it is logged")

    @model_validator(mode="after")
    def _turns_find_a_connection(self) -> Settings:
        if self.workers and self.database_pool <= self.worker_concurrency:
            raise ValueError("DATABASE_POOL must be greater than WORKER_CONCURRENCY")
        return self

    @property
    def catalog_file(self) -> Path:
        """The catalogue in force."""
        return self.catalog_path or self.dealership_dir / "catalog.csv"

    @property
    def twilio_missing(self) -> tuple[str, ...]:
        """The Twilio settings that are still empty."""
        needed = {
            "TWILIO_ACCOUNT_SID": self.twilio_account_sid,
            "TWILIO_AUTH_TOKEN": self.twilio_auth_token.get_secret_value(),
            "TWILIO_PHONE_NUMBER": self.twilio_phone_number,
            "PUBLIC_BASE_URL": self.public_base_url,
        }
        return tuple(name for name, value in needed.items() if not value)


def load_settings() -> Settings:
    """The settings of this process.

    Raises:
        InvalidSettings: a value does not fit; the message names the variables.
    """
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}".strip(": ") for e in error.errors())
        raise InvalidSettings(f"Wrong settings: {wrong}. See .env.sample.") from error
