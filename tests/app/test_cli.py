import json
import math
from dataclasses import replace

import pytest

from app import cli
from app.headless.cli_progress import JsonReporter, TextReporter, describe_progress
from app.headless.headless import make_plan
from app.values.durations import format_duration
from app.values.session_types import Progress, ServerState, ServerStatus
from renderer.shot_settings import ShotSettings


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
        (["--plate", "nowhere.jpg"], "there is no background plate nowhere.jpg"),
        (["--background", "plate"], "add --plate FILE"),
        (["--camera", "Roof"], "has no camera 'Roof'; its cameras: 'Table'"),
        (["--clip-near", "5", "--clip-far", "2"], "clip_far_m (2.0) must lie beyond"),
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


def plan_of(*arguments):
    return make_plan(cli.make_parser().parse_args(["render", *arguments]))


def test_render_takes_the_scene_as_it_is_when_no_flag_says_otherwise():
    assert plan_of().request.settings.shot == ShotSettings()


def test_render_reads_every_flag_of_the_shot(tmp_path):
    wall = tmp_path / "wall.png"
    wall.write_bytes(b"")

    flags = """
        --shift 0.25 -0.5 --clip both --clip-near 0.5 --clip-far 8 --focal-length 35
        --sensor-height 18 --fstop 2.8 --focus 3 --focus-point 0.1 0.9 --blades 6
        --blade-rotation 90 --filter gaussian --filter-width 2.5 --plate-fit contain
        --plate-strength 0.5 --background-color #ff8000 --projection panorama
    """

    plan = plan_of(*flags.split(), "--plate", str(wall))

    assert plan.request.plate == wall
    shot = plan.request.settings.shot
    assert shot.background_color == pytest.approx((1.0, 0.2159, 0.0), abs=1e-4)
    assert replace(shot, background_color=(0.0, 0.0, 0.0)) == ShotSettings(
        projection="panorama",
        shift_x=0.25,
        shift_y=-0.5,
        camera_clip="both",
        clip_near_m=0.5,
        clip_far_m=8.0,
        fstop=2.8,
        focal_length_mm=35.0,
        sensor_height_mm=18.0,
        focus_distance_m=3.0,
        focus_x=0.1,
        focus_y=0.9,
        aperture_blades=6,
        aperture_rotation=math.pi / 2,
        pixel_filter="gaussian",
        filter_width_px=2.5,
        background="plate",
        plate_fit="contain",
        plate_strength=0.5,
    )


@pytest.mark.parametrize(
    ("flags", "background"),
    [
        (["--background-color", "0.1,0.2,0.3"], "color"),
        (["--background", "transparent"], "transparent"),
        (["--background-color", "#000000", "--background", "environment"], "environment"),
    ],
)
def test_render_shows_the_background_that_is_named_or_implied(flags, background):
    assert plan_of(*flags).request.settings.shot.background == background


@pytest.mark.parametrize(
    ("flags", "height"),
    [([], 540), (["--projection", "panorama"], 480), (["--height", "99"], 99)],
)
def test_render_makes_a_panorama_twice_as_wide_as_high(flags, height):
    assert plan_of(*flags).request.settings.height == height


def test_render_lists_the_cameras_of_the_scene(tmp_path, capsys):
    assert cli.main(["render", "--list-cameras"]) == 0
    assert capsys.readouterr().out == "Table\n"
    assert cli.main(["render", str(tmp_path / "gone.glb"), "--list-cameras"]) == 1
    assert "there is no scene file" in capsys.readouterr().err


@pytest.mark.parametrize("color", ["red", "#12345", "1,2", "1,2,nan", "-1,0,0", "1,2,3,4"])
def test_render_refuses_a_colour_that_is_none(color, capsys):
    with pytest.raises(SystemExit):
        cli.main(["render", f"--background-color={color}"])

    assert "--background-color" in capsys.readouterr().err


def test_render_warns_of_a_missing_material_file_and_goes_on(tmp_path, monkeypatch, capsys):
    (tmp_path / "a.obj").write_text("mtllib gone.mtl\nv 0 0 0\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("app.headless.in_process.render_in_process", lambda plan: 0)

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


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("64x4", "bucket height must be between 8 and 512 pixels, not 4"),
        ("513x64", "bucket width must be between 8 and 512 pixels, not 513"),
        ("64x", "'64x' is no bucket size: give one such as 64 or 64x32"),
        ("64,32", "is no bucket size"),
        ("64x32x16", "is no bucket size"),
    ],
)
def test_render_refuses_a_bucket_size_by_its_flag(text, says, capsys):
    with pytest.raises(SystemExit):
        cli.main(["render", "--bucket-size", text])

    told = capsys.readouterr().err
    assert "argument --bucket-size: " in told
    assert says in told


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


def test_json_reporter_writes_one_object_per_line():
    lines: list[bytes] = []
    reporter = JsonReporter(lines.append)

    reporter.progress(make_progress())
    reporter.server("studio-2", ServerStatus("x", ServerState.SYNCING, fraction=0.43))

    assert all(line.endswith(b"\n") for line in lines)
    first, second = (json.loads(line) for line in lines)
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


def test_json_tells_a_server_once_while_only_its_counters_change():
    lines: list[bytes] = []
    reporter = JsonReporter(lines.append)

    for count in range(3):
        reporter.server("a", ServerStatus("x", ServerState.RENDERING, buckets_done=count))

    assert len(lines) == 1


def test_image_flags_offer_what_the_renderer_has():
    from app.flags import image_flags
    from app.saving import frame_stamp
    from renderer import display, grading, output_options, white_balance

    assert frame_stamp.DEFAULT_STAMP == image_flags.STAMP
    assert tuple(frame_stamp.STAMP_WORDS) == image_flags.STAMP_WORDS
    assert display.VIEWS == image_flags.VIEWS
    assert grading.FILE_INPUTS == image_flags.LUT_INPUTS
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
        (["--stamp", "by %me"], "knows no %me; use %scene"),
        (["--lut", "away.cube"], "there is no LUT away.cube"),
    ],
)
def test_render_refuses_files_that_cannot_be_before_it_begins(flags, reason, capsys, tmp_path):
    scene = tmp_path / "a.glb"
    scene.write_bytes(b"")

    assert cli.main(["render", str(scene), *flags]) == 1

    assert reason in capsys.readouterr().err


@pytest.mark.parametrize(
    "flags",
    [
        ["--temperature", "200"],
        ["--tint", "nan"],
        ["--gamma", "0"],
        ["--view", "filmic"],
        ["--lut-strength", "101"],
        ["--lut-input", "video"],
        ["--lut", "a.cube", "--ocio"],
    ],
)
def test_render_refuses_looks_that_there_are_not(flags, capsys):
    with pytest.raises(SystemExit):
        cli.main(["render", *flags])

    assert flags[0] in capsys.readouterr().err
