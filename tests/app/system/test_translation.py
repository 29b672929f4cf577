import re
import shutil
import sys
from pathlib import Path
from xml.etree import ElementTree

import PySide6
import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator

from app.system.translation import (
    FOLDER,
    LANGUAGES,
    SOURCE_LANGUAGE,
    choose_language,
    choose_locale,
    install_language,
    translate,
    word,
)
from resources.translations import update

LUPDATE = "lupdate.exe" if sys.platform == "win32" else "lupdate"


@pytest.fixture
def german(qapp):
    translators = install_language(qapp, "de")
    yield
    for translator in translators:
        QCoreApplication.removeTranslator(translator)


@pytest.mark.parametrize(
    ("wanted", "of_system", "spoken"),
    [
        ("", ["de-AT", "en"], "de"),
        ("", ["fr-FR", "de_DE", "en"], "de"),
        ("", ["fr-FR"], "en"),
        ("", [], "en"),
        ("en", ["de-AT"], "en"),
        ("de", ["en-GB"], "de"),
        ("tlh", ["de-AT"], "de"),
    ],
)
def test_language_is_the_chosen_one_or_the_first_of_the_systems_that_is_there(
    wanted, of_system, spoken
):
    assert choose_language(wanted, of_system) == spoken


@pytest.mark.parametrize(
    ("language", "system", "point"),
    [("de", "de_CH", "."), ("de", "en_US", ","), ("en", "en_ZA", ","), ("en", "de_DE", ".")],
)
def test_numbers_are_the_systems_where_it_speaks_the_windows_language(language, system, point):
    assert choose_locale(language, QLocale(system)).decimalPoint() == point


def test_texts_are_german_when_that_is_installed(german):
    assert word("Render") == "Rendern"
    assert translate("window", "&File") == "&Datei"


def test_texts_stay_as_they_are_when_nothing_translates_them(german):
    assert translate("window", "nobody ever wrote this") == "nobody ever wrote this"


def test_language_without_a_file_changes_nothing(qapp):
    assert install_language(qapp, "tlh") == []
    assert word("Render") == "Render"


def messages(path):
    for message in ElementTree.parse(path).getroot().iter("message"):
        yield message.findtext("source", ""), message.findtext("translation", "")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ts")), ids=lambda path: path.stem)
def test_translations_are_whole_and_keep_what_is_filled_in(path):
    marks = re.compile(r"\{[^}]*\}|<[^>]+>|\*\.\w+|--[a-z-]+")
    for source, translation in messages(path):
        assert translation, f"{source!r} is not translated"
        assert sorted(marks.findall(source)) == sorted(marks.findall(translation)), source
        assert source.count("&") == translation.count("&"), f"{source!r}: the underlined letter"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ts")), ids=lambda path: path.stem)
def test_compiled_translation_is_that_of_its_source(qapp, path):
    translator = QTranslator()
    assert translator.load(path.stem, str(FOLDER))
    for context in ElementTree.parse(path).getroot().iter("context"):
        name = context.findtext("name", "")
        for message in context.iter("message"):
            source = message.findtext("source", "")
            assert translator.translate(name, source) == message.findtext("translation"), source


def test_every_language_of_the_menu_has_its_file():
    there = {path.stem.removeprefix("brigade_") for path in FOLDER.glob("*.qm")}
    assert {code for code, _ in LANGUAGES} == there | {SOURCE_LANGUAGE}


def test_texts_of_the_program_are_all_in_the_files(tmp_path):
    if not (Path(PySide6.__file__).parent / LUPDATE).exists():
        pytest.skip("this PySide6 has no lupdate")
    for path in FOLDER.glob("*.ts"):
        copy = tmp_path / path.name
        shutil.copy(path, copy)
        update(copy)
        news = {source for source, _ in messages(copy)} - {source for source, _ in messages(path)}
        assert not news, f"run `python -m resources.translations` and translate {sorted(news)}"
