"""The recipes of resources/deploy say things that the programs understand."""

import argparse
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.serving.server_flags import add_options
from network.messages import ACCEPT_PORT, DEFAULT_PORT

FOLDER = Path(__file__).parents[1] / "resources" / "deploy"


def text_of(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def parse(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_options(parser)
    return parser.parse_args(words)


def test_service_starts_a_server_that_listens_with_a_key():
    [line] = re.findall(r"^ExecStart=(.*)$", text_of("bucket-brigade-server.service"), re.M)
    program, command, *options = shlex.split(line)

    arguments = parse(options)

    assert (Path(program).name, command) == ("brigade", "server")
    assert arguments.lan
    assert arguments.key_file


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_service_passes_systemds_own_check(tmp_path):
    unit = tmp_path / "bucket-brigade-server.service"
    program = "/opt/bucket-brigade/bin/brigade"
    # The check wants the program to be there.
    unit.write_text(text_of(unit.name).replace(program, sys.executable))

    result = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, timeout=60
    )

    assert (result.returncode, result.stderr) == (0, "")


def test_slurm_tasks_dial_in_and_end_by_themselves():
    [call] = re.findall(r'"\$brigade" server((?:.*\\\n)*.*)', text_of("slurm-array.sh"))
    values = {"BRIGADE_CLIENT": "artist-1", "key_file": "k", "threads": "8", "idle": "600"}
    words = shlex.split(re.sub(r"\\\n", " ", call).replace("$BRIGADE_CLIENT", "artist-1"))
    words = [re.sub(r"\$\{[A-Z_]+:-(\d+)\}", r"\1", word) for word in words]

    arguments = parse([values.get(word.strip("${}"), word) for word in words])

    assert arguments.connect == ["artist-1"]
    assert arguments.exit_when_idle == 600


@pytest.mark.skipif(not shutil.which("bash") or sys.platform == "win32", reason="needs bash")
def test_slurm_script_has_no_mistake_of_syntax():
    script = str(FOLDER / "slurm-array.sh")

    assert subprocess.run(["bash", "-n", script], timeout=60).returncode == 0


def test_kubernetes_servers_listen_where_the_service_points():
    text = text_of("kubernetes.yaml")
    options = re.findall(r"^ +- (--[^\n]+)$", text, re.M)
    arguments = parse([option.replace("$(THREADS)", "4") for option in options])

    assert arguments.lan
    assert arguments.port == DEFAULT_PORT
    assert f"port: {DEFAULT_PORT}" in text
    assert f"containerPort: {DEFAULT_PORT}" in text
    assert "clusterIP: None" in text
    assert str(arguments.key_file).startswith("/key/")


def test_container_takes_the_servers_options():
    text = text_of("Containerfile")

    assert f"EXPOSE {DEFAULT_PORT}" in text
    assert 'ENTRYPOINT ["brigade", "server"]' in text
    for line in re.findall(r"bucket-brigade (--.*)$", text, re.M):
        assert parse(shlex.split(line)).key_file


def test_document_names_every_recipe_and_the_ports():
    text = (FOLDER.parents[1] / "docs" / "deploy.md").read_text(encoding="utf-8")

    for path in FOLDER.iterdir():
        if path.is_file():
            assert f"`{path.name}`" in text
    assert str(ACCEPT_PORT) in text
