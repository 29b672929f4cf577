"""Collects the window's texts into `app/languages/*.ts`, and compiles what is translated of them.

    python -m resources.translations    # when texts have changed; translate them; and again

Qt Linguist opens the `.ts` files; the compiled `.qm` files are part of the program.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import PySide6

from app.saving.frame_stamp import STAMP_WORDS
from app.servers.server_list import LOCAL_NAME
from app.settings.presets import BUILT_IN
from app.system.translation import FOLDER, LANGUAGES, SOURCE_LANGUAGE
from app.values.render_options import SIZE_PRESETS
from app.values.session_types import ServerState
from app.widgets.actions import ACTIONS, GESTURES
from app.widgets.image_options_dialog import COMPRESSION_TITLES
from app.widgets.lending_window import PRIORITY_TITLES
from app.widgets.lut_box import INPUT_TITLES
from app.widgets.server_columns import COLUMNS
from app.widgets.server_words import ALL_WAYS
from app.window.window_layout import COLOR_SCHEMES, OUTLINE_TITLES, VIEW_TITLES
from renderer.buckets import BucketOrder
from renderer.channels import BEAUTY, CHANNEL_NAMES, find_channel
from renderer.comparison import MEASURES
from renderer.shot_settings import FILTER_WIDTHS_PX

ROOT = Path(__file__).resolve().parent.parent
TIMEOUT_S = 120
#: No places in the code: they would change with every commit.
OPTIONS = ("-no-obsolete", "-locations", "none", "-disable-heuristic", "similartext")


def collect_words() -> list[str]:
    """Return the texts of all tables that `app.system.translation.word` is asked for."""
    return sorted(dict.fromkeys(text for text in _words() if text))


def _words() -> Iterator[str]:
    for spec in ACTIONS:
        yield from (spec.text, spec.tip, spec.mouse)
    for gesture in GESTURES:
        yield from gesture
    yield from COLUMNS
    yield from (state.value for state in ServerState)
    yield from (name for name, _width, _height in SIZE_PRESETS)
    yield from BUILT_IN
    yield from (title for _key, title in COLOR_SCHEMES)
    yield from OUTLINE_TITLES.values()
    yield from VIEW_TITLES.values()
    for titles in INPUT_TITLES.values():
        yield from titles
    yield from (order.value.capitalize() for order in BucketOrder)
    yield from (name.title() for name in FILTER_WIDTHS_PX)
    yield from (name.capitalize() for name in MEASURES)
    yield from STAMP_WORDS.values()
    yield from COMPRESSION_TITLES.values()
    yield LOCAL_NAME
    yield from PRIORITY_TITLES.values()
    for way in ALL_WAYS:
        yield from (way.label, way.tip)
    yield from ("Red", "Green", "Blue", "Alpha", BEAUTY.name.capitalize())
    for name in CHANNEL_NAMES:
        channel = find_channel(name)
        yield from (name.replace("_", " "), name.replace("_", " ").capitalize(), channel.text)
        yield from channel.components


def update(ts: Path) -> None:
    """Bring a file of translations up to date with the program's texts."""
    with tempfile.TemporaryDirectory() as folder:
        lines = [
            f'QT_TRANSLATE_NOOP("words", {json.dumps(text, ensure_ascii=False)})'
            for text in collect_words()
        ]
        table = Path(folder) / "tables.py"
        table.write_text("\n".join(lines) + "\n", encoding="utf-8")
        sources = sorted(str(path) for path in (ROOT / "app").rglob("*.py"))
        _run("lupdate", *OPTIONS, *sources, str(table), "-ts", str(ts))
    # lupdate takes comments about the code (`#:`) for notes to the translator.
    text = re.sub(r"\s*<extracomment>.*?</extracomment>", "", ts.read_text(encoding="utf-8"))
    ts.write_text(text, encoding="utf-8")


def missing(ts: Path) -> list[str]:
    """Return the texts that a file does not translate."""
    messages = ElementTree.parse(ts).getroot().iter("message")
    return [
        message.findtext("source", "")
        for message in messages
        if not message.findtext("translation") or message.find("translation[@type]") is not None
    ]


def _run(tool: str, *arguments: str) -> None:
    program = Path(PySide6.__file__).parent / tool
    done = subprocess.run(
        [str(program), *arguments],
        check=False,
        timeout=TIMEOUT_S,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"{tool} failed: {done.stderr.strip()}")


def main() -> int:
    """Update and compile every language; 1 if one lacks a text."""
    FOLDER.mkdir(exist_ok=True)
    lacking = 0
    for code, name in LANGUAGES:
        if code == SOURCE_LANGUAGE:
            continue
        ts = FOLDER / f"brigade_{code}.ts"
        update(ts)
        _run("lrelease", str(ts), "-qm", str(ts.with_suffix(".qm")))
        texts = missing(ts)
        lacking += len(texts)
        print(f"{name}: {len(texts)} texts to translate in {ts.relative_to(ROOT)}")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
