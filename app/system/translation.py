"""The user's language: which it is, and how texts get into it.

How a text becomes translatable, everywhere alike:

- in a QObject: `self.tr("Whole sentence with {}").format(...)`;
- elsewhere: `translate("context", "Whole sentence")`;
- in a table of words that is made before there is a language, or in a room that knows none: as it
  is; `word(text)` where it is shown, and the table in `resources/translations.py`.

One and many are two sentences. Never glue parts of a sentence together.
`python -m resources.translations` collects the texts and compiles the translations.
What comes from other computers, files and logs stays English, so that everybody can search for it.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

FOLDER = Path(__file__).resolve().parent.parent / "languages"
#: What the program is written in; it needs no file.
SOURCE_LANGUAGE = "en"
#: Code and own name of each, as the menu shows them.
LANGUAGES: tuple[tuple[str, str], ...] = (("en", "English"), ("de", "Deutsch"))


def translate(context: str, text: str) -> str:
    """Return the text in the user's language."""
    return QCoreApplication.translate(context, text)


def word(text: str) -> str:
    """Return a text of the tables in the user's language."""
    return QCoreApplication.translate("words", text)


def choose_language(wanted: str, of_system: list[str] | None = None) -> str:
    """Return the code of the language to speak.

    Args:
        wanted: a code, or "" for the system's.
        of_system: its languages, the dearest first, as "de-AT"; None to ask it.
    """
    codes = [code for code, _ in LANGUAGES]
    if wanted in codes:
        return wanted
    for name in QLocale.system().uiLanguages() if of_system is None else of_system:
        code = name.replace("_", "-").split("-")[0]
        if code in codes:
            return code
    return SOURCE_LANGUAGE


def choose_locale(code: str, system: QLocale | None = None) -> QLocale:
    """Return by whose habits numbers are written in a window that speaks this language.

    The system's where it speaks the language too, for its owner has chosen them; else those of
    the language: texts with a decimal comma and fields with a point would be hard to read.

    Args:
        code: of the language.
        system: its locale; None to ask it.
    """
    of_system = QLocale.system() if system is None else system
    spoken = QLocale(code)
    return of_system if of_system.language() == spoken.language() else spoken


def install_language(application: QCoreApplication, code: str) -> list[QTranslator]:
    """Speak a language from now on; windows that are there keep theirs.

    Returns:
        The translators that were installed; without a file the texts stay English.
    """
    installed = []
    of_qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, folder in ((f"qtbase_{code}", of_qt), (f"brigade_{code}", str(FOLDER))):
        translator = QTranslator(application)
        if translator.load(name, folder):
            application.installTranslator(translator)
            installed.append(translator)
    return installed
