"""`make run` leaves nothing behind however it ends, and the next one finds its way."""

import os
import shutil
import signal
import socket
import time

import pytest

from tests.deploy.checkout import Checkout, answered
from tests.deploy.conftest import full_scale


def test_stop_ends_everything_and_twice_is_no_error(checkout: Checkout) -> None:
    run = checkout.make("run").until_it_serves()

    assert checkout.made("stop") == ""

    assert run.ended() == 0
    checkout.assert_nothing_runs()
    assert checkout.made("stop") == ""


def test_run_interrupted_from_the_terminal_ends_quietly_and_the_next_one_keeps_keys_and_credentials(
    checkout: Checkout,
) -> None:
    first = checkout.make("run").until_it_serves()
    before = checkout.demo()["organisations"], checkout.setting("REGISTRY_MASTER_KEY")

    assert first.send().ended() in {0, -signal.SIGINT}
    assert first.lines[-1] == "stopped\n"
    checkout.assert_nothing_runs()

    checkout.make("run").until_it_serves()
    assert (checkout.demo()["organisations"], checkout.setting("REGISTRY_MASTER_KEY")) == before


@pytest.mark.parametrize("number", [signal.SIGHUP, pytest.param(signal.SIGTERM, marks=full_scale)])
def test_run_that_loses_its_terminal_or_is_terminated_ends_everything(
    checkout: Checkout, number: signal.Signals
) -> None:
    run = checkout.make("run").until_it_serves()

    run.send(number).ended()

    checkout.assert_nothing_runs()


@full_scale
def test_run_under_nohup_stays_when_the_terminal_closes(checkout: Checkout) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # inherited by what is started, as nohup does it
    try:
        run = checkout.make("run").until_it_serves()
    finally:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)

    run.send(signal.SIGHUP)
    time.sleep(2)

    assert answered(f"{run.url}/readyz") == {"status": "ready"}


def test_run_after_everything_was_killed_serves(checkout: Checkout) -> None:
    checkout.make("run").until_it_serves()
    checkout.kill_everything()
    assert (checkout.local / "cluster/data/postmaster.pid").exists(), "a stale pid file is what this is about"

    checkout.make("run").until_it_serves()


def test_run_after_its_supervisor_was_killed_ends_the_orphans_and_serves(checkout: Checkout) -> None:
    checkout.make("run").until_it_serves()
    orphans = {checkout.pid_of("registry.cli web"), checkout.pid_of("registry.cli worker")}
    os.kill(checkout.pid_of("deploy.local.run"), signal.SIGKILL)
    assert orphans <= checkout.pids().keys()

    again = checkout.make("run").until_it_serves()

    assert "ending what an earlier run left behind" in again.said
    assert not orphans & checkout.pids().keys()


def test_run_whose_database_or_process_dies_says_so_and_ends_everything(checkout: Checkout) -> None:
    run = checkout.make("run").until_it_serves()
    os.kill(checkout.postmaster(), signal.SIGKILL)

    assert run.ended() != 0
    assert "PostgreSQL ended" in run.said
    checkout.assert_nothing_runs()


@full_scale
def test_run_after_the_local_folder_was_deleted_under_it_starts_anew(checkout: Checkout) -> None:
    checkout.make("run").until_it_serves()
    shutil.rmtree(checkout.local)

    refused = checkout.make("run")
    assert refused.ended() != 0
    assert "it runs already" in refused.said
    checkout.made("stop")
    checkout.make("run").until_it_serves()
    checkout.make("stop").ended()
    checkout.assert_nothing_runs()


def test_port_that_is_asked_for_is_used_or_refused(checkout: Checkout) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        refused = checkout.make("run", f"PORT={port}")

        assert refused.ended() != 0
        assert f"port {port} is taken by another program" in refused.said
        assert "make run PORT=" in refused.said
    assert checkout.make("run", f"PORT={port}").until_it_serves().url == f"http://127.0.0.1:{port}"
    checkout.assert_web_port(port)


@full_scale
@pytest.mark.parametrize("moment_s", [0.05 * step**2 for step in range(1, 13)])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_run_interrupted_at_any_moment_leaves_nothing_and_the_next_one_serves(
    checkout: Checkout, moment_s: float, number: signal.Signals
) -> None:
    checkout.made("stop")
    checkout.forget_database()
    run = checkout.make("run")
    time.sleep(moment_s)

    run.send(number).ended()

    checkout.assert_nothing_runs()
    checkout.make("run").until_it_serves()
