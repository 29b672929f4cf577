"""One side's part of a login, message by message: what it answers, or why it refuses.

Made by `network.connection`, which carries the messages; the proofs themselves are
`network.login`'s. See docs/protocol.md, "Login".
"""

from __future__ import annotations

from collections.abc import Callable

from network import limits
from network import messages as m
from network.credentials import (
    CODE_ID,
    ClientKeys,
    Credential,
    CredentialError,
    ServerKeys,
    client_keys,
    server_keys,
)
from network.errors import CloseCode, LocalProtocolError, RemoteProtocolError
from network.events import ClientInfo, LoggedIn, ServerInfo
from network.login import Transcript, choose_version, describe_versions, key_id, proofs_match
from network.text import clip_bytes, clip_name

# By whether a pairing code was used.
_WRONG_PROOF = {
    False: "the keys differ: client and server need the same key file",
    True: "the pairing code is wrong: look at the server's screen again",
}
_UNKNOWN_KEY = {
    False: "the server does not know the client's key: give both the same key file, or pair",
    True: "no pairing code is valid now: `brigade code` on the server's computer shows a new one",
}


def make_login(
    keys: bytes | ClientKeys | ServerKeys,
    nonce: bytes,
    info: ClientInfo | ServerInfo,
    versions: tuple[int, int],
    accepted: bytes,
    find_key: Callable[[bytes], bytes | None] | None,
) -> ClientLogin | ServerLogin:
    """Return the part of the side that `info` is of.

    Args:
        keys: all that it has, or the only one.
        nonce: 32 fresh random bytes.
        info: what it tells about itself.
        versions: lowest and highest that it speaks.
        accepted: SHA-256 of its own certificate if it was dialled, else empty.
        find_key: of a server's keys beside those, by id.

    Raises:
        LocalProtocolError: the keys are the other side's.
    """
    if isinstance(info, ServerInfo) and not isinstance(keys, ClientKeys):
        return ServerLogin(keys, nonce, info, versions, find_key, dialled=not accepted)
    if isinstance(info, ClientInfo) and isinstance(keys, bytes | ClientKeys):
        return ClientLogin(keys, nonce, info, versions, accepted)
    side = "server" if isinstance(info, ServerInfo) else "client"
    raise LocalProtocolError(f"these are not a {side}'s keys")


class ClientLogin:
    """The client's part.

    Args:
        keys: all that it has, or the only one.
        nonce: 32 fresh random bytes.
        info: what it tells about itself.
        versions: lowest and highest that it speaks.
        accepted: SHA-256 of its own certificate if the server dialled, else empty.

    Attributes:
        transcript: what was said, once the server has proved something.
    """

    def __init__(
        self,
        keys: bytes | ClientKeys,
        nonce: bytes,
        info: ClientInfo,
        versions: tuple[int, int],
        accepted: bytes,
    ) -> None:
        self._keys, self._nonce, self._info, self._versions = keys, nonce, info, versions
        self._dialled_in = bool(accepted)
        self._fingerprint = accepted
        self._credential = Credential(b"", CODE_ID)  # chosen when the server is known
        self.transcript: Transcript | None = None
        self._pair_key = b""

    def greet(self, fingerprint: bytes) -> m.Hello:
        """TLS is up.

        Args:
            fingerprint: SHA-256 of the certificate that was shown, whoever showed it.

        Raises:
            RemoteProtocolError: no key for this server.
        """
        self._fingerprint = fingerprint
        try:
            self._credential = client_keys(self._keys).choose(fingerprint)
        except CredentialError as error:
            raise RemoteProtocolError(error.text, error.code) from None
        return m.Hello(*self._versions, self._nonce, self._credential.key_id)

    def server_proof(self, answer: m.ServerProof) -> m.ClientProof:
        """The server proves that it has the key; only then do we.

        Raises:
            RemoteProtocolError: another version, or a wrong proof.
        """
        low, high = self._versions
        if not low <= answer.version <= high:
            theirs = (answer.version, answer.version)
            raise _version_error(client=self._versions, server=theirs)
        self.transcript = transcript = Transcript(
            self._nonce,
            answer.nonce,
            self._versions,
            answer.version,
            self._fingerprint,
            self._dialled_in,
        )
        key, by_code = self._credential.key, self._credential.by_code
        # The server proves first: one that cannot gets no proof of ours to work on.
        if not proofs_match(transcript.server_proof(key), answer.proof):
            raise RemoteProtocolError(_WRONG_PROOF[by_code], CloseCode.KEY)
        self._pair_key = transcript.pair_key(key) if by_code else b""
        name = clip_bytes(clip_name(self._info.name), limits.LOGIN_NAME_BYTES)
        return m.ClientProof(transcript.client_proof(key), name)

    def logged_in(self, welcome: m.Welcome) -> LoggedIn:
        """The server let us in."""
        # A server that dialled in has shown no certificate: its word, given under the key.
        told = welcome.fingerprint if self._dialled_in else b""
        fingerprint = (told or self._fingerprint).hex()
        used = self._credential.key_id
        return LoggedIn(welcome, self._info.name, fingerprint, used, self._pair_key)


class ServerLogin:
    """The server's part.

    Args:
        keys: all that it takes, or the only one.
        nonce: 32 fresh random bytes.
        info: what it tells about itself.
        versions: lowest and highest that it speaks.
        find_key: of keys beside those, by id.
        dialled: it opened the connection.

    Attributes:
        transcript: what was said, once the client has begun.
    """

    def __init__(
        self,
        keys: bytes | ServerKeys,
        nonce: bytes,
        info: ServerInfo,
        versions: tuple[int, int],
        find_key: Callable[[bytes], bytes | None] | None,
        *,
        dialled: bool,
    ) -> None:
        self._keys, self._nonce, self._info, self._versions = keys, nonce, info, versions
        self._find_key = find_key or (lambda _: None)
        self._dialled = dialled
        self._fingerprint = b""
        self._credential = Credential(b"", CODE_ID)  # chosen by the client's Hello
        self.transcript: Transcript | None = None
        self._pair_key = b""

    def greet(self, fingerprint: bytes) -> None:
        """TLS is up; the argument as in `ClientLogin.greet`. The client speaks first."""
        self._fingerprint = fingerprint

    def hello(self, hello: m.Hello) -> m.ServerProof:
        """The client begins: prove that we have the key that it names.

        Raises:
            RemoteProtocolError: no common version, or no such key.
        """
        theirs = (hello.version_min, hello.version_max)
        version = choose_version(theirs, self._versions)
        if version is None:
            raise _version_error(client=theirs, server=self._versions)
        key = self._find_key(hello.key_id) or server_keys(self._keys).find(hello.key_id)
        if key is None:
            raise RemoteProtocolError(_UNKNOWN_KEY[hello.key_id == CODE_ID], CloseCode.KEY)
        self._credential = Credential(key, hello.key_id or key_id(key))
        self.transcript = Transcript(
            hello.nonce, self._nonce, theirs, version, self._fingerprint, self._dialled
        )
        return m.ServerProof(version, self._nonce, self.transcript.server_proof(key))

    def client_proof(self, answer: m.ClientProof) -> m.Welcome:
        """The client proves that it has the key; a pairing is kept before it is told so.

        Raises:
            RemoteProtocolError: a wrong proof, or the pairing could not be kept.
        """
        assert self.transcript is not None  # the table of states has Hello first
        key, by_code = self._credential.key, self._credential.by_code
        if not proofs_match(self.transcript.client_proof(key), answer.proof):
            raise RemoteProtocolError(_WRONG_PROOF[by_code], CloseCode.KEY)
        if by_code:
            self._pair_key = self.transcript.pair_key(key)
            problem = server_keys(self._keys).paired(self._pair_key, answer.client_name)
            if problem:
                raise RemoteProtocolError(problem, CloseCode.KEY)
        info = self._info
        return m.Welcome(
            clip_name(info.name),
            clip_name(info.software_version),
            clip_name(info.engine_class),
            info.threads,
            clip_name(info.instance),
            info.fingerprint,
        )

    def logged_in(self, client_name: str) -> LoggedIn:
        """The client is in."""
        fingerprint = (self._info.fingerprint or self._fingerprint).hex()
        return LoggedIn(None, client_name, fingerprint, self._credential.key_id, self._pair_key)


def _version_error(*, client: tuple[int, int], server: tuple[int, int]) -> RemoteProtocolError:
    return RemoteProtocolError(
        f"the client speaks {describe_versions(client)}, the server "
        f"{describe_versions(server)}: install the same Bucket Brigade on both",
        CloseCode.VERSION,
    )
