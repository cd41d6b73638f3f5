"""Keys and self-signed certificates for the servers, made by OpenSSL itself."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path

from pyfinger.model import OwnCredential
from pyfinger.x509.certificate import parse_certificate
from pyfinger.x509.private_keys import load_private_key
from tests.interop.programs import OpenSsl

_PSS = ("-pkeyopt", "rsa_keygen_bits:2048")
_STRICT_PSS = (
    *_PSS,
    *("-pkeyopt", "rsa_pss_keygen_md:sha256"),
    *("-pkeyopt", "rsa_pss_keygen_mgf1_md:sha256"),
    *("-pkeyopt", "rsa_pss_keygen_saltlen:32"),
)

KINDS: dict[str, tuple[str, ...]] = {
    **{f"rsa{bits}": (f"rsa:{bits}",) for bits in (1024, 2048, 4096)},
    "rsa-pss": ("rsa-pss", *_PSS),
    "rsa-pss-strict": ("rsa-pss", *_STRICT_PSS),
    "dsa2048": ("dsa",),
    "ed25519": ("ed25519",),
    "ed448": ("ed448",),
    **{kind: (kind,) for kind in ("ML-DSA-44", "ML-DSA-65", "ML-DSA-87")},
    **{
        name: ("ec", "-pkeyopt", f"ec_paramgen_curve:{curve}")
        for name, curve in (
            ("p256", "P-256"),
            ("p384", "P-384"),
            ("p521", "P-521"),
            ("secp256k1", "secp256k1"),
            ("brainpool256", "brainpoolP256r1"),
            ("brainpool384", "brainpoolP384r1"),
            ("brainpool512", "brainpoolP512r1"),
        )
    },
}


@dataclass(frozen=True)
class Files:
    """A private key, its certificate and its public key, each in PEM."""

    key: Path
    certificate: Path
    public: Path

    @property
    def options(self) -> tuple[str, ...]:
        """What makes s_server use them."""
        return "-cert", str(self.certificate), "-key", str(self.key)

    def der(self) -> bytes:
        """The certificate in DER."""
        body = self.certificate.read_text().split("-----")[2]
        return _base64(body)

    def spki(self) -> bytes:
        """The public key in DER."""
        return _base64(self.public.read_text().split("-----")[2])

    def credential(self) -> OwnCredential:
        """The same for our own use."""
        key = load_private_key(_base64(self.key.read_text().split("-----")[2]))
        method = parse_certificate(self.der()).signature_method
        return OwnCredential(key, (self.der(),), self.spki(), method.algorithm if method else None)


def _base64(text: str) -> bytes:
    return base64.b64decode("".join(text.split()))


class Identities:
    """One of each kind, made when first asked for."""

    def __init__(self, folder: Path, program: OpenSsl) -> None:
        self.folder = folder
        self._program = program

    def __getitem__(self, kind: str) -> Files:
        made = Files(*(self.folder / f"{kind}.{part}" for part in ("key", "crt", "pub")))
        if not made.certificate.exists():
            self._make(kind, made)
        return made

    def _make(self, kind: str, files: Files) -> None:
        subject = ("-subj", f"/CN={kind}", "-days", "30", "-config", str(self._config()))
        output = ("-nodes", "-keyout", str(files.key), "-out", str(files.certificate))
        new, *rest = KINDS[kind]
        if new == "dsa":
            new = f"dsa:{self._dsa_parameters(kind.removeprefix('dsa'))}"
        self._program.run("req", "-x509", "-newkey", new, *rest, *subject, *output)
        self._program.run("pkey", "-in", str(files.key), "-pubout", "-out", str(files.public))

    def _dsa_parameters(self, bits: str) -> Path:
        """Which `openssl req` does not make by itself."""
        path = self.folder / f"dsa{bits}.params"
        size = ("-pkeyopt", f"dsa_paramgen_bits:{bits}", "-pkeyopt", "dsa_paramgen_q_bits:224")
        self._program.run("genpkey", "-genparam", "-algorithm", "DSA", *size, "-out", str(path))
        return path

    def _config(self) -> Path:
        path = self.folder / "req.cnf"
        path.write_text("[req]\ndistinguished_name = subject\n[subject]\n")
        return path
