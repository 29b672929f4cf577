"""`brigade logs --bundle`: asks the servers and packs what they say with what is here."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from app.keys.keyring import Keyring
from app.logs.log_bundle import BundleError, gather_local, name_server_parts, write_bundle
from app.logs.log_collector import LogCollector
from app.logs.log_files import make_redactor
from app.servers.server_file import ServerFileError, load_server_list
from app.system.paths import config_dir
from app.system.software import client_name
from app.values.session_types import ServerEntry
from network.addresses import AddressError, parse_address


def collect_into(arguments: argparse.Namespace) -> int:
    """Write the bundle that the options ask for; return the exit status."""
    try:
        entries = find_entries(arguments.server, arguments.servers)
    except (AddressError, ServerFileError) as error:
        print(f"brigade logs: {error}", file=sys.stderr)
        return 1
    application = QCoreApplication.instance() or QCoreApplication(sys.argv[:1])
    keyring = Keyring(config_dir(), arguments.key_file)
    collector = LogCollector(entries, keyring, client_name())
    logs: dict[str, str] = {}

    def take(found: dict[str, str]) -> None:
        logs.update(found)
        application.quit()

    collector.collected.connect(take)
    collector.start()
    application.exec()
    labels = {entry.uid: entry.label for entry in entries}
    redactor = make_redactor(arguments.key_file)
    parts = gather_local(redactor) | name_server_parts(logs, labels)
    try:
        write_bundle(arguments.bundle, parts, redactor)
    except BundleError as error:
        print(f"brigade logs: {error}", file=sys.stderr)
        return 1
    for uid, text in logs.items():
        if text.startswith("no log: "):
            print(f"{labels[uid]}: {text.strip()}", file=sys.stderr)
    print(f"packed {len(parts)} files into {arguments.bundle}; keys and codes are taken out")
    return 0


def find_entries(servers: list[str], list_file: Path | None) -> list[ServerEntry]:
    """Return the servers that are named, else those of the window's list.

    Raises:
        AddressError: a name is none.
        ServerFileError: a list cannot be read.
    """
    entries: list[ServerEntry] = []
    for count, text in enumerate(servers):
        address = parse_address(text)
        entries.append(ServerEntry(f"server-{count}", address.host, address.port))
    if list_file is None and not entries:
        list_file = config_dir() / "servers.toml"
    if list_file is not None:
        entries += [entry for entry in load_server_list(list_file).entries if not entry.local]
    return entries
