import json

import pytest

from app import cli
from app.cli_progress import JsonReporter, TextReporter, describe_progress, format_duration
from app.session_types import Progress, ServerState, ServerStatus


@pytest.mark.parametrize("command", sorted(cli.COMMANDS))
def test_every_command_has_help_with_an_example(command, capsys):
    with pytest.raises(SystemExit) as exit_:
        cli.main([command, "--help"])

    out = capsys.readouterr().out
    assert exit_.value.code == 0
    assert "example:" in out
    assert "brigade " + command in out


def test_help_lists_every_command(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--help"])

    out = capsys.readouterr().out
    assert all(command in out for command in cli.COMMANDS)


def test_a_word_that_is_neither_command_nor_scene_is_explained(capsys):
    assert cli.main(["rendr"]) == 2
    assert "no scene file and no command is named rendr" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.glb"], "there is no scene file nowhere.glb"),
        (["--env", "nowhere.hdr"], "there is no environment map nowhere.hdr"),
        (["-o", "picture.bmp"], ".bmp"),
        (["-o", "no/such/folder/picture.png"], "folder"),
        (["--servers", "nowhere.toml"], "there is no server list nowhere.toml"),
        (["--no-local"], "no server is left"),
        ([__file__], "scenes are .gltf, .glb, .obj, .ply, .stl files"),
        (["--server", "a b:99999"], "a b"),
    ],
)
def test_render_says_what_is_wrong_before_it_begins(
    arguments, words, capsys, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)

    assert cli.main(["render", *arguments]) == 1
    assert words in capsys.readouterr().err


def test_render_warns_of_a_missing_material_file_and_goes_on(tmp_path, monkeypatch, capsys):
    (tmp_path / "a.obj").write_text("mtllib gone.mtl\nv 0 0 0\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("app.in_process.render_in_process", lambda plan: 0)

    assert cli.main(["render", "a.obj", "--in-process"]) == 0

    expected = (
        "brigade render: warning: a.obj: its material file 'gone.mtl' is missing: left grey\n"
    )
    assert capsys.readouterr().err == expected


@pytest.mark.parametrize("text", ["soon", "nan", "1e9"])
def test_render_refuses_a_time_that_is_none(text, capsys):
    with pytest.raises(SystemExit):
        cli.main(["render", "--time", text])

    assert "argument --time" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [["--samples", "0"], ["--bucket-size", "4"], ["--width", "wide"], ["--order", "up"]],
)
def test_render_refuses_numbers_out_of_range(arguments, capsys):
    with pytest.raises(SystemExit) as exit_:
        cli.main(["render", *arguments])

    assert exit_.value.code == 2
    assert arguments[0] in capsys.readouterr().err


def test_new_key_is_written_once_and_never_replaced(tmp_path, capsys):
    path = tmp_path / "farm.key"

    assert cli.main(["new-key", str(path)]) == 0
    before = path.read_bytes()
    assert cli.main(["new-key", str(path)]) == 1
    assert path.read_bytes() == before
    assert "exists" in capsys.readouterr().err


def make_progress(**changes):
    values = {
        "buckets_done": 5,
        "buckets_total": 10,
        "samples_done": 50,
        "samples_total": 100,
        "samples_per_s": 2_500_000.0,
        "elapsed_s": 3.0,
        "eta_s": 65.0,
        "servers_working": 2,
    }
    return Progress(**{**values, **changes})


def test_progress_line_has_percent_rate_time_left_and_servers():
    line = describe_progress(make_progress())

    for part in ("50%", "5/10 buckets", "2.50 Msamples/s", "1:05 left", "2 servers"):
        assert part in line


def test_progress_line_says_that_it_waits_when_nothing_comes():
    assert "waiting" in describe_progress(make_progress(eta_s=None, servers_working=0))


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "0 s"), (59.4, "59 s"), (60, "1:00"), (3729, "1:02:09")]
)
def test_durations_read_as_people_say_them(seconds, text):
    assert format_duration(seconds) == text


def test_json_reporter_writes_one_object_per_line(capsys):
    reporter = JsonReporter()

    reporter.progress(make_progress())
    reporter.server("studio-2", ServerStatus("x", ServerState.SYNCING, fraction=0.43))

    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["event"], first["buckets_done"]) == ("progress", 5)
    assert (second["name"], second["state"], second["fraction"]) == ("studio-2", "syncing", 0.43)


def test_text_reporter_tells_each_state_once(capsys):
    import sys

    reporter = TextReporter(sys.stderr)
    status = ServerStatus("x", ServerState.RENDERING)

    reporter.server("studio-2", status)
    reporter.server("studio-2", status)

    assert capsys.readouterr().err.splitlines() == ["studio-2: Rendering"]


@pytest.mark.parametrize("value", ["nan", "inf", "bright", "1e9"])
def test_render_refuses_an_exposure_that_no_picture_survives(value, capsys):
    with pytest.raises(SystemExit):
        cli.main(["render", "--exposure", value])

    assert "--exposure" in capsys.readouterr().err


def test_text_reporter_tells_ticking_details_once(capsys):
    import sys

    reporter = TextReporter(sys.stderr)

    for second in (1, 2, 3):
        detail = f"compiling the kernels: {second} s"
        reporter.server("here", ServerStatus("x", ServerState.OPENING, detail=detail))

    assert capsys.readouterr().err.splitlines() == [
        "here: Opening scene: compiling the kernels: 1 s"
    ]


@pytest.mark.parametrize(
    "arguments", [["server", "--port", "0"], ["render", "--quiet"], ["render", "--in-process"]]
)
def test_a_folder_that_cannot_be_made_is_named_in_one_line(
    arguments, capsys, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    blocker = tmp_path / "file"
    blocker.write_text("not a folder")
    monkeypatch.setenv("BRIGADE_HOME", str(blocker / "home"))
    monkeypatch.setenv("BRIGADE_KERNELS", str(blocker / "kernels"))

    assert cli.main(arguments) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert str(blocker) in lines[0]
    assert "BRIGADE_HOME" in lines[0]


def test_json_tells_a_server_once_while_only_its_counters_change(capsys):
    reporter = JsonReporter()

    for count in range(3):
        reporter.server("a", ServerStatus("x", ServerState.RENDERING, buckets_done=count))

    assert len(capsys.readouterr().out.splitlines()) == 1


def test_image_flags_offer_what_the_renderer_has():
    from app.commands import image_flags
    from renderer import display, output_options, white_balance

    assert display.VIEWS == image_flags.VIEWS
    assert output_options.COMPRESSIONS == image_flags.COMPRESSIONS
    assert image_flags.TEMPERATURE_K == (
        white_balance.MIN_TEMPERATURE_K,
        white_balance.MAX_TEMPERATURE_K,
    )
    assert image_flags.TINT == (-white_balance.MAX_TINT, white_balance.MAX_TINT)
    assert image_flags.GAMMA == (display.MIN_GAMMA, display.MAX_GAMMA)


@pytest.mark.parametrize(
    ("flags", "reason"),
    [
        (["--bits", "32", "-o", "a.png"], "32 bits: .png holds 8 or 16"),
        (["-o", "a.gif"], "use one of .png"),
    ],
)
def test_render_refuses_files_that_cannot_be_before_it_begins(flags, reason, capsys, tmp_path):
    scene = tmp_path / "a.glb"
    scene.write_bytes(b"")

    assert cli.main(["render", str(scene), *flags]) == 1

    assert reason in capsys.readouterr().err


@pytest.mark.parametrize(
    "flags", [["--temperature", "200"], ["--tint", "nan"], ["--gamma", "0"], ["--view", "filmic"]]
)
def test_render_refuses_looks_that_there_are_not(flags, capsys):
    with pytest.raises(SystemExit):
        cli.main(["render", *flags])

    assert flags[0] in capsys.readouterr().err
