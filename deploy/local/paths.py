"""Where the set-up keeps what it makes; everything is under the checkout and ignored by git."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
LOCAL: Final = ROOT / ".local"
VENV: Final = ROOT / ".venv"
JAVASCRIPT: Final = ROOT / "tests" / "contract" / "oauth"
FRONT_END: Final = ROOT / "registry" / "console" / "frontend"
FRONT_END_BUILT: Final = ROOT / "registry" / "console" / "static" / "dist"
ENVIRONMENT: Final = LOCAL / "env"
DEMO: Final = LOCAL / "demo.json"
DEMO_SHELL: Final = LOCAL / "demo.sh"
RUN_LOCK: Final = LOCAL / "run.lock"
SETUP_LOCK: Final = LOCAL / "setup.lock"
SETUP_LOG: Final = LOCAL / "setup.log"
CLUSTER: Final = LOCAL / "cluster"
