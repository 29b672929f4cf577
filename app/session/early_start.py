"""Starting this computer's server while the rest of a client is still being imported.

Both take half a second; together they take little more than one of them.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.session.local_server import LocalServer
from app.system.threads import default_threads


@dataclass(frozen=True)
class EarlyStart:
    """An application whose event loop does not run yet, and the server that starts meanwhile."""

    application: QCoreApplication
    local: LocalServer | None

    def close(self) -> None:
        """The command ends, perhaps before its render began; nothing may be left running."""
        if self.local is not None:
            self.local.stop(patience_ms=0)
            self.local.close()


def start_early(arguments: argparse.Namespace) -> EarlyStart:
    """Start what `brigade render` with these arguments is going to need."""
    application = QCoreApplication.instance() or QCoreApplication(sys.argv[:1])
    if arguments.no_local or (arguments.scene is not None and not arguments.scene.is_file()):
        return EarlyStart(application, None)
    local = LocalServer(arguments.threads or default_threads())
    local.start()
    return EarlyStart(application, local)
