"""A job's files from the search in the server's cache until all are there, as its client is told.

Where the bytes come from is `JobFiles`' business.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from network.assets import TransferError
from network.instructions import FindAssets, Level, ServerInstruction
from network.job_files import JobFiles
from network.job_offer import JobOffer
from network.job_voice import JobVoice
from network.messages import AssetChunk

#: What a server says while it searches its cache.
CHECKING = "checking the files"
#: Progress of the transfer is told in steps of this part.
PROGRESS_STEP = 0.01
#: ... and of whatever there is after this time, so that the client knows that we are alive.
PROGRESS_S = 10.0


class JobSync:
    """See the module. Instructions go to the list given.

    Attributes:
        files: once the cache was searched.
    """

    def __init__(
        self, offer: JobOffer, voice: JobVoice, out: list[ServerInstruction], now_s: float
    ) -> None:
        self.files: JobFiles | None = None
        self._offer = offer
        self._voice = voice
        self._out = out
        self._told = 0.0  # fraction of the transfer that the client knows
        self._told_s = now_s  # and since when

    @property
    def is_complete(self) -> bool:
        """Whether all files of the job are in the cache, pinned and checked."""
        return self.files is not None and self.files.is_complete

    def label(self, digest: str) -> str:
        """The name of a file that is still missing, its digest while nobody knows more."""
        return self.files.label(digest) if self.files is not None else digest

    def begin(self) -> None:
        """Search the cache."""
        self._voice.tell("syncing", CHECKING)
        digests = dict.fromkeys(asset.digest for asset in self._offer.assets)
        job = self._offer.message
        self._out.append(FindAssets(job.job, tuple(digests), fresh=not job.use_cache))

    def searched(self, fraction: float, now_s: float) -> None:
        """So much of the cached files is checked; large ones take minutes."""
        if self._is_worth_telling(fraction, now_s):
            self._told, self._told_s = fraction, now_s
            self._voice.tell("syncing", CHECKING, fraction)

    def found(self, present: Collection[str], partial: Mapping[str, int], now_s: float) -> None:
        """The cache was searched: tell what lacks."""
        offer = self._offer
        name, assets = offer.message.job, offer.assets
        self._told = 0.0
        self.files = files = JobFiles(name, offer.client, assets, present, partial, self._out)
        files.forgives = offer.again
        self._voice.log(Level.INFO, f"needs {files.missing_files} of {len(assets)} files")
        if not files.is_complete:
            self._tell_fraction(files, now_s)

    def advance(self, now_s: float) -> None:
        """Ask for more, and tell how far it is."""
        assert self.files is not None
        self.files.advance(now_s)
        if self._is_worth_telling(self.files.fraction, now_s):
            self._tell_fraction(self.files, now_s)

    def _is_worth_telling(self, fraction: float, now_s: float) -> bool:
        step = PROGRESS_STEP if now_s < self._told_s + PROGRESS_S else 0.0
        return fraction > self._told + step

    def _tell_fraction(self, files: JobFiles, now_s: float) -> None:
        self._told, self._told_s = files.fraction, now_s
        self._voice.tell("syncing", "", self._told)

    def chunk(self, message: AssetChunk, payload: bytes, now_s: float) -> None:
        """The client sent a piece.

        Raises:
            TransferError: nobody asked for it.
        """
        if self.files is not None:
            self.files.chunk(message, payload, now_s)
        elif not self._offer.again:  # else it answers what was asked the last time
            raise TransferError("sent a piece of a file that nobody asked for")

    def stored(self, digest: str, error: str, now_s: float) -> str:
        """A file is in the cache (error ""), or could not be stored. Returns why the job fails.

        While the cache is still searched, it is of the job before, which may be another client's.
        """
        if self.files is None:
            return ""
        if error:
            self._voice.log(Level.WARNING, f"file {self.files.label(digest)!r}: {error}")
        return self.files.stored(digest, error, now_s)

    def end(self) -> None:
        """The job is over here."""
        if self.files is not None:
            self.files.end()
