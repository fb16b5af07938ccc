from __future__ import annotations

from pathlib import Path

import pytest

from commercial_agent.errors import InvalidSettings
from commercial_agent.settings import Settings, load_settings

SAMPLE = Path(__file__).parents[2] / ".env.sample"
TRACING = {
    "LANGSMITH_TRACING",
    "LANGSMITH_API_KEY",
    "LANGSMITH_ENDPOINT",
    "LANGSMITH_PROJECT",
}  # read by name, see below


def sample() -> dict[str, str]:
    lines = (line.split("#")[0].strip().lstrip("#").strip() for line in SAMPLE.read_text().splitlines())
    return dict(line.split("=", 1) for line in lines if "=" in line)


def test_the_sample_lists_every_setting_and_no_other() -> None:
    assert set(sample()) - TRACING == {name.upper() for name in Settings.model_fields} - TRACING


def test_the_sample_gives_the_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(SAMPLE.read_text())
    from_sample = load_settings()
    (tmp_path / ".env").unlink()
    assert from_sample == load_settings()


def test_the_environment_beats_env_local_which_beats_env(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("PORT=1001\nHOST=1.1.1.1\nLOG_LEVEL=error\n")
    (tmp_path / ".env.local").write_text("PORT=1002\nHOST=2.2.2.2\n")
    monkeypatch.setenv("PORT", "1003")
    settings = load_settings()
    assert (settings.port, settings.host, settings.log_level) == (1003, "2.2.2.2", "error")


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORT", "")
    assert load_settings().port == 8000


def test_fallback_models_are_a_list_with_commas(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LLM_FALLBACK_MODELS", "openai:gpt-5-nano, ollama:qwen3")
    assert load_settings().llm_fallback_models == ("openai:gpt-5-nano", "ollama:qwen3")


def test_a_wrong_value_names_its_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORT", "eight thousand")
    with pytest.raises(InvalidSettings, match="PORT"):
        load_settings()


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "very-secret")
    assert "very-secret" not in repr(load_settings())
